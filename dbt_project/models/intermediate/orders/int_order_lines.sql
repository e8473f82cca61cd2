-- What adds to net revenue and what takes from it: a line per counted order in its month, a line per refund in its own.
with orders as (
    select
        orders.*,
        admitted.rate_to_base as row_rate_to_base,
        admitted.margin,
        orders.ordered_on > min(case when orders.is_counted then orders.ordered_on end) over (
            partition by orders.customer_id
        ) as is_after_first_day
    from {{ ref('int_orders_counted') }} as orders
    inner join {{ ref('int_orders_admitted') }} as admitted on orders.order_id = admitted.order_id
),

refunds as (
    select
        orders.*,
        refunds.refund_id,
        refunds.refunded_on,
        refunds.amount as refund_amount,
        sum(refunds.amount) over (
            partition by refunds.order_id
            order by refunds.refunded_on, refunds.refund_id
            rows between unbounded preceding and current row
        ) as refunded_so_far
    from {{ ref('int_refunds_admitted') }} as refunds
    inner join orders on refunds.order_id = orders.order_id
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
        channel,
        currency_code,
        ordered_on as line_on,
        amount,
        coalesce(margin, {{ wide('amount') }} * {{ margin_rate('null') }}) as margin,
        row_rate_to_base as first_rate,
        cast(null as decimal(18, 8)) as last_rate,
        is_after_first_day
    from orders
    where is_counted

    union all

    -- A refund carries no rate: its month's holds; an order that came with a rate lends it where the table has none.
    select
        order_id,
        refund_id,
        'refund' as line_kind,
        customer_id,
        channel,
        currency_code,
        refunded_on as line_on,
        -netted_amount as amount,
        -- What is given back takes its share of the order's margin with it.
        -{{ wide('netted_amount') }} * {{ margin_rate('cast(round(margin / nullif(amount, 0), 8) as decimal(18, 8))') }} as margin,
        cast(null as decimal(18, 8)) as first_rate,
        row_rate_to_base as last_rate,
        is_after_first_day
    from netted
    where netted_amount > 0
),

rated as (
    select
        lines.*,
        coalesce(
            {{ rate_to_base('lines.first_rate', 'lines.currency_code', 'rates.rate_to_base') }}, lines.last_rate
        ) as rate_to_base
    from lines
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on {{ month_of('lines.line_on') }} = rates.rate_month and lines.currency_code = rates.currency_code
),

final as (
    select
        order_id,
        refund_id,
        line_kind,
        customer_id,
        channel,
        currency_code,
        line_on,
        {{ month_of('line_on') }} as line_month,
        cast(amount as decimal(18, 2)) as amount,
        rate_to_base,
        {{ in_base('amount', 'rate_to_base') }} as base_amount,
        {{ in_base('cast(coalesce(margin, 0) as decimal(28, 10))', 'rate_to_base') }} as base_margin,
        margin is null as is_margin_unknown,
        coalesce(is_after_first_day, false) as is_returning
    from rated
)

select * from final
