{{ config(meta={'dagster': {'ref': {'name': 'int_orders_counted'}}}) }}
-- As many counted orders as admitted orders that were completed: none is lost between them, and none comes twice.
with completed as (
    select count(*) as orders
    from {{ ref('int_orders_admitted') }}
    where status = 'completed'
),

counted as (
    select count(*) as orders
    from {{ ref('int_orders_counted') }}
)

select
    completed.orders as completed_orders,
    counted.orders as counted_orders
from completed
cross join counted
where completed.orders <> counted.orders
