-- depends_on: {{ ref('int_rate_gaps') }}
-- What a customer ordered in a period, in the twelve months that end with it, and ever. Periods end with a month, so a
-- customer's month is the smallest step: it enters the twelve months when it comes and leaves them a year later.
-- `history` is a period of its own at every month's end, from the first month on: there the whole of it stands in place
-- of the twelve months.
with periods as (
    select period_type, period_start, period_end
    from {{ ref('int_periods') }}

    union all

    select
        'history' as period_type,
        min(period_start) over () as period_start,
        period_end
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

customer_months as (
    select
        customer_id,
        line_month,
        max(case when line_kind = 'order' then line_on end) as last_ordered_on,
        sum(case when line_kind = 'order' then 1 else 0 end) as orders,
        sum(case when line_kind = 'order' and is_returning then 1 else 0 end) as returning_orders,
        {{ amount_sum('base_amount') }} as revenue,
        {{ amount_sum('case when is_returning then base_amount end') }} as returning_revenue,
        {{ amount_sum('base_margin') }} as margin,
        sum(case when is_margin_unknown then 1 else 0 end) as unknown_margins
    from {{ ref('int_order_lines') }}
    group by customer_id, line_month
),

changes as (
    select
        customer_id, line_month as valid_from,
        orders as orders_12m, revenue as revenue_12m, orders as orders_ever, last_ordered_on
    from customer_months
    union all
    select
        customer_id, {{ add_months('line_month', 12) }} as valid_from,
        -orders as orders_12m, -revenue as revenue_12m, 0 as orders_ever,
        cast(null as date) as last_ordered_on
    from customer_months
),

change_months as (
    select
        customer_id,
        valid_from,
        sum(orders_12m) as orders_12m,
        sum(revenue_12m) as revenue_12m,
        sum(orders_ever) as orders_ever,
        max(last_ordered_on) as last_ordered_on
    from changes
    group by customer_id, valid_from
),

states as (
    select
        customer_id,
        valid_from,
        lead(valid_from) over (partition by customer_id order by valid_from) as valid_until,
        max(last_ordered_on) over (
            partition by customer_id order by valid_from rows between unbounded preceding and current row
        ) as last_ordered_on,
        {%- for column in ['orders_12m', 'revenue_12m', 'orders_ever'] %}
        sum({{ column }}) over (
            partition by customer_id order by valid_from rows between unbounded preceding and current row
        ) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from change_months
),

-- The channel of a customer's first order; of several on the first day, of the one with the smallest order_id.
ordered as (
    select
        customer_id,
        channel,
        row_number() over (partition by customer_id order by line_on, order_id) as order_number
    from {{ ref('int_order_lines') }}
    where line_kind = 'order' and not is_returning
),

first_channels as (
    select
        customer_id,
        coalesce(channel, '(none)') as order_channel
    from ordered
    where order_number = 1
),

in_periods as (
    select
        periods.period_type,
        periods.period_end,
        customer_months.customer_id,
        sum(customer_months.orders) as orders,
        sum(customer_months.returning_orders) as returning_orders,
        {{ amount_sum('customer_months.revenue') }} as revenue,
        {{ amount_sum('customer_months.returning_revenue') }} as returning_revenue,
        {{ amount_sum('customer_months.margin') }} as margin,
        sum(customer_months.unknown_margins) as unknown_margins
    from periods
    inner join customer_months on customer_months.line_month between periods.period_start and periods.period_end
    group by periods.period_type, periods.period_end, customer_months.customer_id
),

states_at_ends as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        states.*
    from periods
    inner join states on {{ is_within('periods.period_end', 'states.valid_from', 'states.valid_until') }}
),

final as (
    select
        states_at_ends.period_type,
        states_at_ends.period_start,
        states_at_ends.period_end,
        states_at_ends.customer_id,
        cast(coalesce(in_periods.orders, 0) as bigint) as orders,
        cast(coalesce(in_periods.returning_orders, 0) as bigint) as returning_orders,
        cast(coalesce(in_periods.revenue, 0) as decimal(18, 2)) as revenue,
        cast(coalesce(in_periods.returning_revenue, 0) as decimal(18, 2)) as returning_revenue,
        cast(coalesce(in_periods.margin, 0) as decimal(18, 2)) as margin,
        cast(coalesce(in_periods.unknown_margins, 0) as bigint) as unknown_margins,
        cast(case
            when states_at_ends.period_type = 'history' then coalesce(in_periods.orders, 0)
            else states_at_ends.orders_12m
        end as bigint) as orders_12m,
        cast(case
            when states_at_ends.period_type = 'history' then coalesce(in_periods.revenue, 0)
            else states_at_ends.revenue_12m
        end as decimal(18, 2)) as revenue_12m,
        cast(states_at_ends.orders_ever as bigint) as orders_ever,
        states_at_ends.last_ordered_on,
        coalesce(first_channels.order_channel, '(none)') as order_channel
    from states_at_ends
    left join in_periods
        on
            states_at_ends.period_type = in_periods.period_type
            and states_at_ends.period_end = in_periods.period_end
            and states_at_ends.customer_id = in_periods.customer_id
    left join first_channels on states_at_ends.customer_id = first_channels.customer_id
)

select * from final
