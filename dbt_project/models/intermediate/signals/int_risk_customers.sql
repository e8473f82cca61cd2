-- Who is a customer at a month's end, and what is at stake: twelve times the MRR and the net order revenue of the twelve
-- months that end there.
with months as (
    {{ risk_months() }}
),

active as (
    select
        months.period_start,
        months.period_end,
        states.customer_number,
        states.started_on,
        states.mrr
    from {{ ref('int_customer_states') }} as states
    inner join months
        on
            {{ is_within('months.period_start', 'states.valid_from', 'states.valid_until') }}
            and states.ended_on > months.period_end
),

ordered as (
    select
        customer_number,
        valid_from,
        valid_until,
        revenue_12m
    from {{ ref('int_customer_order_states') }}
    where valid_until is null or valid_until > (select min(period_start) from months)
),

valued as (
    select
        active.*,
        coalesce(ordered.revenue_12m, 0) as revenue_12m
    from active
    left join ordered
        on
            active.customer_number = ordered.customer_number
            and {{ is_within('active.period_start', 'ordered.valid_from', 'ordered.valid_until') }}
),

final as (
    select
        'month' as period_type,
        period_start,
        period_end,
        customer_number,
        started_on as active_since,
        mrr,
        cast(revenue_12m as decimal(18, 2)) as revenue_12m,
        cast(12 * {{ wide('mrr') }} + revenue_12m as decimal(18, 2)) as value_at_stake
    from valued
)

select * from final
