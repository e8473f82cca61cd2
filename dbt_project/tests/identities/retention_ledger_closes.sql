{{ config(meta={'dagster': {'ref': {'name': 'fct_retention'}}}) }}
-- In every row: start + new + reactivated − lost = end, retained + lost = start, and the textbook form
-- (end − joined) / start is the retention rate.
select *
from {{ ref('fct_retention') }}
where
    customers_start + new_customers + reactivated_customers - lost_customers <> customers_end
    or retained_customers + lost_customers <> customers_start
    or customers_end - new_customers - reactivated_customers <> retained_customers
    or in_period_first_timers_lost > in_period_joiners_lost
