-- depends_on: {{ ref('int_rate_gaps') }}
-- What a customer ordered and got back in a month. Periods end with a month: it is the smallest step of all order figures.
with months as (
    select
        customer_number,
        line_month,
        max(case when line_kind = 'order' then line_on end) as last_ordered_on,
        sum(case when line_kind = 'order' then 1 else 0 end) as orders,
        sum(case when line_kind = 'order' and is_returning then 1 else 0 end) as returning_orders,
        {{ amount_sum('base_amount') }} as revenue,
        {{ amount_sum('case when is_returning then base_amount end') }} as returning_revenue,
        {{ amount_sum('base_margin') }} as margin,
        sum(case when is_margin_unknown then 1 else 0 end) as unknown_margins
    from {{ ref('int_order_lines') }}
    group by customer_number, line_month
),

-- The channel of a customer's first order; of several on the first day, of the one with the smallest order_id.
first_lines as (
    select
        customer_number,
        channel,
        row_number() over (partition by customer_number order by line_on, order_id) as line_number
    from {{ ref('int_order_lines') }}
    where line_kind = 'order' and not is_returning
),

final as (
    select
        months.customer_number,
        months.line_month,
        coalesce(first_lines.channel, '(none)') as order_channel,
        months.last_ordered_on,
        cast(months.orders as bigint) as orders,
        cast(months.returning_orders as bigint) as returning_orders,
        months.revenue,
        months.returning_revenue,
        months.margin,
        cast(months.unknown_margins as bigint) as unknown_margins
    from months
    left join first_lines on months.customer_number = first_lines.customer_number and first_lines.line_number = 1
)

select * from final
