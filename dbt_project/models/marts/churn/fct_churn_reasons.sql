{%- set keys = ['period_type', 'period_start', 'period_end', 'reason_category', 'is_involuntary'] -%}

-- Every customer of the start is here, a kept one as nothing under `unknown`: that category always has its row.
with customer_rows as (
    select
        customer_periods.*,
        coalesce(losses.reason_category, 'unknown') as reason_category,
        coalesce(losses.is_involuntary, false) as is_involuntary,
        case when losses.customer_id is not null then 1 else 0 end as lost,
        losses.lost_mrr
    from {{ ref('int_customer_periods') }} as customer_periods
    left join {{ ref('int_customer_losses') }} as losses
        on
            customer_periods.period_type = losses.period_type
            and customer_periods.period_start = losses.period_start
            and customer_periods.customer_id = losses.customer_id
    where customer_periods.is_start
),

audience_rows as (
    {{ audience_rows('customer_rows') }}
),

final as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        cast(sum(lost) as bigint) as lost_customers,
        {{ amount_sum('lost_mrr') }} as lost_mrr
    from audience_rows
    group by {{ scope_sets(keys) }}
)

select * from final
