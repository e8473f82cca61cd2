-- One row per completed order, settled against its refunds: does it count, and until when does it keep a customer active?
with orders as (
    select
        orders.order_id,
        identified.survivor_id as customer_id,
        identified.customer_number,
        orders._source as source_name,
        orders.ordered_on,
        orders.channel,
        orders.amount,
        orders.margin,
        orders.currency as currency_code,
        orders.rate_to_base as row_rate_to_base
    from {{ ref('int_orders_admitted') }} as orders
    inner join {{ ref('int_customers_identified') }} as identified
        on orders.customer_id = identified.customer_id
    where orders.status = 'completed' and orders.amount >= 0
),

refund_days as (
    select
        order_id,
        refunded_on,
        sum(amount) as amount
    from {{ ref('int_refunds_admitted') }}
    group by order_id, refunded_on
),

refunded_so_far as (
    select
        order_id,
        refunded_on,
        sum(amount) over (partition by order_id order by refunded_on) as refunded_amount
    from refund_days
),

full_refunds as (
    select
        refunded_so_far.order_id,
        min(refunded_so_far.refunded_on) as fully_refunded_on
    from refunded_so_far
    inner join {{ ref('int_orders_admitted') }} as refunded on refunded_so_far.order_id = refunded.order_id
    -- An order of amount 0 is an order: nothing can be paid back of it.
    where refunded.amount > 0 and refunded_so_far.refunded_amount >= refunded.amount
    group by refunded_so_far.order_id
),

settled as (
    select
        orders.*,
        full_refunds.fully_refunded_on,
        {{ month_of('orders.ordered_on') }} as order_month,
        {{ add_days('orders.ordered_on', var('order_window_days')) }} as window_ends_on,
        full_refunds.fully_refunded_on is null
        or full_refunds.fully_refunded_on > {{ month_end('orders.ordered_on') }} as is_counted
    from orders
    left join full_refunds on orders.order_id = full_refunds.order_id
),

final as (
    select
        order_id,
        customer_id,
        customer_number,
        source_name,
        channel,
        currency_code,
        amount,
        margin,
        row_rate_to_base,
        is_counted,
        ordered_on,
        order_month,
        fully_refunded_on,
        case when fully_refunded_on < window_ends_on then fully_refunded_on else window_ends_on end as active_until
    from settled
)

select * from final
