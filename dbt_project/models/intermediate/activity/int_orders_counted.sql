-- One row per completed order, settled against its refunds: does it count, and until when does it keep a customer active?
with full_refunds as (
    select distinct
        order_id,
        fully_refunded_on
    from {{ ref('int_orders_refunded') }}
    where fully_refunded_on is not null
),

settled as (
    select
        orders.order_id,
        identified.customer_number,
        orders._source as source_name,
        orders.channel,
        orders.currency as currency_code,
        orders.amount,
        orders.margin,
        orders.rate_to_base as row_rate_to_base,
        orders.ordered_on,
        full_refunds.fully_refunded_on,
        {{ add_days('orders.ordered_on', var('order_window_days')) }} as window_ends_on
    from {{ ref('int_orders_admitted') }} as orders
    inner join {{ ref('int_customers_identified') }} as identified on orders.customer_id = identified.customer_id
    left join full_refunds on orders.order_id = full_refunds.order_id
    where orders.status = 'completed' and orders.amount >= 0
),

final as (
    select
        order_id,
        customer_number,
        source_name,
        channel,
        currency_code,
        amount,
        margin,
        row_rate_to_base,
        {{ is_counted_order('ordered_on', 'fully_refunded_on') }} as is_counted,
        ordered_on,
        {{ month_of('ordered_on') }} as order_month,
        fully_refunded_on,
        case when fully_refunded_on < window_ends_on then fully_refunded_on else window_ends_on end as active_until
    from settled
)

select * from final
