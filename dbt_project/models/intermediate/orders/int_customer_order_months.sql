-- depends_on: {{ ref('int_rate_gaps') }}
-- What a customer ordered and got back in a month. Periods end with a month: it is the smallest step of all order figures.
with first_days as (
    select
        customer_number,
        min(ordered_on) as first_ordered_on
    from {{ ref('int_orders_counted') }}
    where is_counted
    group by customer_number
),

-- Orders after the customer's first order day return, and so do their refunds.
lines as (
    select
        lines.*,
        coalesce(lines.ordered_on > first_days.first_ordered_on, false) as is_returning
    from {{ ref('int_order_lines') }} as lines
    left join first_days on lines.customer_number = first_days.customer_number
),

months as (
    select
        customer_number,
        line_month,
        max(case when line_kind = 'order' then line_on end) as last_ordered_on,
        count(case when line_kind = 'order' then 1 end) as orders,
        count(case when line_kind = 'order' and is_returning then 1 end) as returning_orders,
        {{ amount_sum('base_amount') }} as revenue,
        {{ amount_sum('case when is_returning then base_amount end') }} as returning_revenue,
        {{ amount_sum('base_margin') }} as margin,
        count(case when is_margin_unknown then 1 end) as unknown_margins
    from lines
    group by customer_number, line_month
),

-- The channel of a customer's first order; of several on the first day, of the one with the smallest order_id.
first_orders as (
    select
        orders.customer_number,
        orders.channel,
        row_number() over (partition by orders.customer_number order by orders.order_id) as order_rank
    from {{ ref('int_orders_counted') }} as orders
    inner join first_days
        on orders.customer_number = first_days.customer_number and orders.ordered_on = first_days.first_ordered_on
    where orders.is_counted
),

final as (
    select
        months.customer_number,
        months.line_month,
        coalesce(first_orders.channel, '(none)') as order_channel,
        months.last_ordered_on,
        cast(months.orders as bigint) as orders,
        cast(months.returning_orders as bigint) as returning_orders,
        months.revenue,
        months.returning_revenue,
        months.margin,
        cast(months.unknown_margins as bigint) as unknown_margins
    from months
    left join first_orders on months.customer_number = first_orders.customer_number and first_orders.order_rank = 1
)

select * from final
