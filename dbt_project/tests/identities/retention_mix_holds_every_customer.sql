{{ config(meta={'dagster': {'ref': {'name': 'fct_rate_mix'}}}) }}
-- The segments of a breakdown, `(none)` among them, are the whole in both periods.
select
    audience,
    scope_type,
    period_type,
    period_end,
    compared_with
from {{ ref('fct_rate_mix') }}
group by audience, scope_type, period_type, period_end, compared_with
having
    sum(customers_start) <> max(whole_customers_start)
    or sum(customers_start_before) <> max(whole_customers_start_before)
    or sum(retained_customers) <> max(whole_retained_customers)
    or sum(retained_customers_before) <> max(whole_retained_customers_before)
