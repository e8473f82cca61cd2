{%- set keys = ['period_type', 'period_start', 'period_end'] -%}

with moved as (
    select
        movements.*,
        least(movements.mrr_start, movements.mrr_end_at_start_rate) as kept_mrr,
        0 as paid_between_ends
    from {{ ref('int_mrr_movements') }} as movements
),

between_ends as (
    select
        period_type, period_start, period_end, customer_id,
        false as is_paying_start, false as is_paying_end, 'between' as movement,
        0 as mrr_start, 0 as mrr_end_at_start_rate, 0 as mrr_end, 0 as movement_mrr, 0 as fx_effect, 0 as kept_mrr,
        1 as paid_between_ends
    from {{ ref('int_paid_between_ends') }}
),

customer_rows as (
    select * from moved
    union all
    select * from between_ends
),

placed as (
    {{ placed_customers('customer_rows') }}
),

audience_rows as (
    {{ audience_rows('placed') }}
),

final as (
    select
        {{ scope_columns() }},
        period_type,
        period_start,
        period_end,
        count(case when is_paying_start then 1 end) as paying_customers_start,
        count(case when is_paying_end then 1 end) as paying_customers_end,
        cast(sum(paid_between_ends) as bigint) as paid_between_ends,
        {{ amount_sum('mrr_start') }} as mrr_start,
        {%- for movement in ['new', 'reactivation', 'expansion', 'contraction', 'churned'] %}
        {{ amount_sum("case when movement = '" ~ movement ~ "' then movement_mrr end") }} as {{ movement }}_mrr,
        {%- endfor %}
        {{ amount_sum('fx_effect') }} as fx_effect,
        {{ amount_sum('mrr_end') }} as mrr_end,
        -- Of the customers who paid at the start: what they pay now, and what they pay now of what they paid then.
        {{ amount_sum('case when is_paying_start then mrr_end_at_start_rate end') }} as nrr_numerator,
        {{ amount_sum('case when is_paying_start then mrr_start end') }} as nrr_denominator,
        {{ amount_sum('case when is_paying_start then kept_mrr end') }} as grr_numerator,
        {{ amount_sum('case when is_paying_start then mrr_start end') }} as grr_denominator,
        {{ product_sum('case when is_paying_start then mrr_start end', 'mrr_start') }} as start_squared,
        {{ product_sum('case when is_paying_start then mrr_end_at_start_rate end', 'mrr_end_at_start_rate') }} as nrr_squared,
        {{ product_sum('case when is_paying_start then mrr_end_at_start_rate end', 'mrr_start') }} as nrr_product,
        {{ product_sum('case when is_paying_start then kept_mrr end', 'kept_mrr') }} as grr_squared,
        {{ product_sum('case when is_paying_start then kept_mrr end', 'mrr_start') }} as grr_product
    from audience_rows
    group by {{ scope_sets(keys) }}
)

select * from final
