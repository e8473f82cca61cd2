{{ config(meta={'dagster': {'ref': {'name': 'int_customers_identified'}}}) }}
-- Merges must end at a customer who was not merged any further: a circle of merges has no survivor and blocks the build.
-- The fix is in the CRM, in merged_into of the customers listed here.
select
    customers.customer_id,
    customers.merged_into,
    identified.survivor_id
from {{ ref('int_customers_admitted') }} as customers
inner join {{ ref('int_customers_identified') }} as identified on customers.customer_id = identified.customer_id
inner join {{ ref('int_customers_admitted') }} as target on customers.merged_into = target.customer_id
inner join {{ ref('int_customers_identified') }} as survivor on identified.survivor_id = survivor.customer_id
where
    customers.merged_into <> customers.customer_id
    and (identified.survivor_id = customers.customer_id or survivor.survivor_id <> identified.survivor_id)
