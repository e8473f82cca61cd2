{{ config(meta={'dagster': {'ref': {'name': 'int_order_lines'}}}) }}
-- Σ net revenue = Σ completed amounts − Σ their refunds, per currency, to the cent: no amount is lost or counted twice.
with completed as (
    select
        orders.currency as currency_code,
        sum(orders.amount) as amount
    from {{ ref('int_orders_admitted') }} as orders
    where orders.status = 'completed'
    group by orders.currency
),

refunded as (
    select
        orders.currency as currency_code,
        sum(refunds.amount) as amount
    from {{ ref('int_refunds_admitted') }} as refunds
    inner join {{ ref('int_orders_admitted') }} as orders on refunds.order_id = orders.order_id
    where orders.status = 'completed'
    group by orders.currency
),

netted as (
    select
        currency_code,
        sum(amount) as amount
    from {{ ref('int_order_lines') }}
    group by currency_code
)

select
    completed.currency_code,
    completed.amount as completed_amount,
    refunded.amount as refunded_amount,
    netted.amount as net_amount
from completed
left join refunded on completed.currency_code = refunded.currency_code
left join netted on completed.currency_code = netted.currency_code
where coalesce(netted.amount, 0) <> completed.amount - coalesce(refunded.amount, 0)
