{%- set signals = var('signals') -%}
{%- set needed = signals.order_gaps_needed -%}
{%- set percentile = 'cast(' ~ signals.order_gap_percentile ~ ' as decimal(9, 6))' -%}
-- Customers who have not ordered for longer than usual at a month's end: longer than the percentile of their own gaps
-- between order days or, with too few completed gaps, of all customers' gaps completed by then.
with months as (
    {{ risk_months() }}
),

gap_counts as (
    select
        {{ month_of('next_on') }} as completed_in,
        {{ dbt.datediff('ordered_on', 'next_on', 'day') }} as gap_days,
        count(*) as gaps
    from {{ ref('int_order_days') }}
    where next_on is not null
    group by {{ month_of('next_on') }}, {{ dbt.datediff('ordered_on', 'next_on', 'day') }}
),

counts_at_ends as (
    select
        months.period_end,
        gap_counts.gap_days,
        sum(gap_counts.gaps) as gaps
    from months
    inner join gap_counts on gap_counts.completed_in <= months.period_end
    group by months.period_end, gap_counts.gap_days
),

running_counts as (
    select
        period_end,
        gap_days,
        sum(gaps) over (partition by period_end order by gap_days) as gaps_so_far,
        sum(gaps) over (partition by period_end) as all_gaps
    from counts_at_ends
),

usual_gaps as (
    select
        period_end,
        min(gap_days) as usual_gap
    from running_counts
    where gaps_so_far >= ceil({{ percentile }} * all_gaps)
    group by period_end
),

-- The last order day at each month's end; most orders are followed by another before their month ends, and most of the
-- others before the first month that is told.
last_orders as (
    select order_days.*
    from {{ ref('int_order_days') }} as order_days
    cross join (select min(period_end) as period_end from months) as first_told
    where
        order_days.next_on is null
        or ({{ month_of('order_days.next_on') }} > order_days.ordered_on and order_days.next_on > first_told.period_end)
),

active_gaps as (
    select
        customers.customer_number,
        customers.period_end,
        last_orders.ordered_on,
        last_orders.completed_gaps,
        {{ dbt.datediff('last_orders.ordered_on', 'customers.period_end', 'day') }} as open_days
    from last_orders
    inner join {{ ref('int_risk_customers') }} as customers
        on
            last_orders.customer_number = customers.customer_number
            and {{ is_within('customers.period_end', 'last_orders.ordered_on', 'last_orders.next_on') }}
),

-- One comparison with all gaps so far serves every month end until the next order.
compared_orders as (
    select distinct
        customer_number,
        ordered_on
    from active_gaps
    where completed_gaps >= {{ needed }}
),

own_gaps as (
    select
        compared_orders.customer_number,
        compared_orders.ordered_on,
        percentile_disc({{ percentile }}) within group (
            order by {{ dbt.datediff('order_days.ordered_on', 'order_days.next_on', 'day') }}
        ) as usual_gap
    from compared_orders
    inner join {{ ref('int_order_days') }} as order_days
        on
            compared_orders.customer_number = order_days.customer_number
            and order_days.next_on <= compared_orders.ordered_on
    group by compared_orders.customer_number, compared_orders.ordered_on
),

compared as (
    select
        active_gaps.*,
        coalesce(own_gaps.usual_gap, usual_gaps.usual_gap) as usual_gap
    from active_gaps
    left join own_gaps
        on active_gaps.customer_number = own_gaps.customer_number and active_gaps.ordered_on = own_gaps.ordered_on
    left join usual_gaps on active_gaps.period_end = usual_gaps.period_end
),

final as (
    select
        customer_number,
        period_end,
        ordered_on as last_ordered_on,
        usual_gap,
        {{ add_days('ordered_on', 'usual_gap + 1') }} as since_on
    from compared
    where open_days > usual_gap
)

select * from final
