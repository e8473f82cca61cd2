{{ config(meta={'dagster': {'ref': {'name': 'fct_churn_reasons'}}}) }}
-- Every scope that had customers has its row for `unknown`: what nobody said is never left out.
select
    audience,
    scope_type,
    scope_value,
    period_type,
    period_end
from {{ ref('fct_churn_reasons') }}
group by audience, scope_type, scope_value, period_type, period_end
having sum(lost_customers) > 0 and count(case when reason_category = 'unknown' then 1 end) = 0
