{{ config(meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}
-- No part is larger than its whole, in any row.
select *
from {{ ref('fct_orders') }}
where
    returning_orders > orders
    or buyers > orders
    or returning_buyers > least(buyers, returning_orders)
    or buyers > buyers_12m
    or buyers_12m > least(buyers_ever, orders_12m)
    or orders > orders_12m
    or repeat_buyers > buyers_ever
    or main_buyers > buyers_12m
    or (main_buyers = 0) <> (revenue_12m <= 0)
    or 5 * top20_buyers < buyers_12m
    or 5 * top20_buyers >= buyers_12m + 5
