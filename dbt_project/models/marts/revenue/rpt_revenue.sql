{%- set figures = [
    'paying_customers_start', 'paying_customers_end', 'paid_between_ends', 'mrr_start', 'new_mrr', 'reactivation_mrr',
    'expansion_mrr', 'contraction_mrr', 'churned_mrr', 'fx_effect', 'mrr_end', 'nrr', 'nrr_numerator',
    'nrr_denominator', 'nrr_low', 'nrr_high', 'grr', 'grr_numerator', 'grr_denominator', 'grr_low', 'grr_high',
    'quick_ratio', 'quick_ratio_numerator', 'quick_ratio_denominator',
] -%}

with sized as (
    select
        *,
        -- A group that begins with newcomers is as small as they are few.
        coalesce(nullif(paying_customers_start, 0), paying_customers_end) as group_size,
        cast(new_mrr + expansion_mrr + reactivation_mrr as decimal(18, 2)) as quick_ratio_numerator,
        cast(churned_mrr + contraction_mrr as decimal(18, 2)) as quick_ratio_denominator
    from {{ ref('fct_revenue') }}
),

uncut as (
    select
        *,
        {{ rate('nrr_numerator', 'nrr_denominator') }} as nrr,
        {{ ratio_interval('nrr', 'nrr_numerator', 'nrr_denominator', 'nrr_squared', 'nrr_product', 'start_squared') }},
        {{ rate('grr_numerator', 'grr_denominator') }} as grr,
        {{ ratio_low('grr_numerator', 'grr_denominator', 'grr_squared', 'grr_product', 'start_squared') }} as grr_low,
        {{ ratio_high('grr_numerator', 'grr_denominator', 'grr_squared', 'grr_product', 'start_squared') }}
            as grr_high_uncut,
        {{ rate('quick_ratio_numerator', 'quick_ratio_denominator') }} as quick_ratio
    from sized
),

rates as (
    select
        *,
        -- Nobody keeps more than there was.
        case when grr_high_uncut > 1 then 1 else grr_high_uncut end as grr_high
    from uncut
),

judged as (
    {{ suppressed_rows('rates', 'group_size', ['period_type', 'period_start', 'period_end']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
