{%- set keys = ['period_type', 'period_start', 'period_end', 'reason_category', 'is_involuntary'] -%}

with customer_rows as (
    -- Every customer of the start is here as nothing under `unknown`: that category always has its row.
    select
        customer_periods.*,
        'unknown' as reason_category,
        false as is_involuntary,
        0 as lost,
        cast(0 as decimal(18, 2)) as lost_mrr
    from {{ ref('int_customer_periods') }} as customer_periods
    where customer_periods.is_start

    union all

    select
        customer_periods.*,
        losses.reason_category,
        losses.is_involuntary,
        1 as lost,
        losses.lost_mrr
    from {{ ref('int_customer_periods') }} as customer_periods
    inner join {{ ref('int_customer_losses') }} as losses
        on
            customer_periods.period_type = losses.period_type
            and customer_periods.period_start = losses.period_start
            and customer_periods.customer_id = losses.customer_id
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
