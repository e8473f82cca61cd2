-- Refunds of completed orders, each settled against its order: what was paid back so far, when that was all, and what a
-- refund takes from net revenue.
with refunds as (
    select
        refunds.refund_id,
        orders.order_id,
        identified.customer_number,
        orders.channel,
        orders.currency as currency_code,
        orders.ordered_on,
        refunds.refunded_on,
        orders.amount,
        orders.margin,
        orders.rate_to_base as row_rate_to_base,
        refunds.amount as refund_amount
    from {{ ref('int_refunds_admitted') }} as refunds
    inner join {{ ref('int_orders_admitted') }} as orders on refunds.order_id = orders.order_id
    inner join {{ ref('int_customers_identified') }} as identified on orders.customer_id = identified.customer_id
    where orders.status = 'completed' and orders.amount >= 0
),

added as (
    select
        *,
        sum(refund_amount) over (
            partition by order_id order by refunded_on, refund_id rows between unbounded preceding and current row
        ) as refunded_so_far,
        -- Of one day all refunds at once.
        sum(refund_amount) over (
            partition by order_id order by refunded_on range between unbounded preceding and current row
        ) as refunded_by_day
    from refunds
),

dated as (
    select
        *,
        -- An order of amount 0 is an order: nothing can be paid back of it.
        min(case when amount > 0 and refunded_by_day >= amount then refunded_on end) over (
            partition by order_id
        ) as fully_refunded_on
    from added
),

judged as (
    select
        *,
        {{ is_counted_order('ordered_on', 'fully_refunded_on') }} as is_counted
    from dated
),

final as (
    select
        order_id,
        refund_id,
        customer_number,
        channel,
        currency_code,
        amount,
        margin,
        row_rate_to_base,
        refund_amount,
        -- An order that counts nowhere takes its refunds with it; only what was paid back beyond its amount stays.
        cast(case
            when is_counted then refund_amount
            else greatest(refunded_so_far - amount, 0) - greatest(refunded_so_far - refund_amount - amount, 0)
        end as decimal(18, 2)) as netted_amount,
        is_counted,
        ordered_on,
        refunded_on,
        fully_refunded_on
    from judged
)

select * from final
