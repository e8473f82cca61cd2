-- What adds to net revenue and what takes from it: a line per counted order in its month, a line per refund in its own.
with first_days as (
    select
        customer_number,
        min(ordered_on) as first_ordered_on
    from {{ ref('int_orders_counted') }}
    where is_counted
    group by customer_number
),

refunds as (
    select
        orders.order_id,
        orders.customer_id,
        orders.customer_number,
        orders.channel,
        orders.currency_code,
        orders.ordered_on,
        orders.amount,
        orders.margin,
        orders.row_rate_to_base,
        orders.is_counted,
        refunds.refund_id,
        refunds.refunded_on,
        refunds.amount as refund_amount,
        sum(refunds.amount) over (
            partition by refunds.order_id
            order by refunds.refunded_on, refunds.refund_id
            rows between unbounded preceding and current row
        ) as refunded_so_far
    from {{ ref('int_refunds_admitted') }} as refunds
    inner join {{ ref('int_orders_counted') }} as orders on refunds.order_id = orders.order_id
),

netted as (
    -- An order that counts nowhere takes its refunds with it; only what was paid back beyond its amount stays.
    select
        *,
        case
            when is_counted then refund_amount
            else greatest(refunded_so_far - amount, 0) - greatest(refunded_so_far - refund_amount - amount, 0)
        end as netted_amount
    from refunds
),

lines as (
    select
        order_id,
        cast(null as varchar) as refund_id,
        'order' as line_kind,
        customer_id,
        customer_number,
        channel,
        currency_code,
        ordered_on,
        ordered_on as line_on,
        order_month as line_month,
        amount,
        coalesce(margin, {{ wide('amount') }} * {{ margin_rate('null') }}) as margin,
        row_rate_to_base as first_rate,
        cast(null as decimal(18, 8)) as last_rate
    from {{ ref('int_orders_counted') }}
    where is_counted

    union all

    -- A refund carries no rate: its month's holds; an order that came with a rate lends it where the table has none.
    select
        order_id,
        refund_id,
        'refund' as line_kind,
        customer_id,
        customer_number,
        channel,
        currency_code,
        ordered_on,
        refunded_on as line_on,
        {{ month_of('refunded_on') }} as line_month,
        -netted_amount as amount,
        -- What is given back takes its share of the order's margin with it.
        -{{ wide('netted_amount') }} * {{ margin_rate('cast(round(margin / nullif(amount, 0), 8) as decimal(18, 8))') }} as margin,
        cast(null as decimal(18, 8)) as first_rate,
        row_rate_to_base as last_rate
    from netted
    where netted_amount > 0
),

rated as (
    select
        lines.*,
        coalesce(lines.ordered_on > first_days.first_ordered_on, false) as is_returning,
        coalesce(
            {{ rate_to_base('lines.first_rate', 'lines.currency_code', 'rates.rate_to_base') }}, lines.last_rate
        ) as rate_to_base
    from lines
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on lines.line_month = rates.rate_month and lines.currency_code = rates.currency_code
    left join first_days on lines.customer_number = first_days.customer_number
),

final as (
    select
        order_id,
        refund_id,
        line_kind,
        customer_id,
        customer_number,
        channel,
        currency_code,
        line_on,
        line_month,
        cast(amount as decimal(18, 2)) as amount,
        rate_to_base,
        {{ in_base('amount', 'rate_to_base') }} as base_amount,
        {{ in_base('cast(coalesce(margin, 0) as decimal(28, 10))', 'rate_to_base') }} as base_margin,
        margin is null as is_margin_unknown,
        is_returning
    from rated
)

select * from final
