{{ config(meta={'dagster': {'ref': {'name': 'fct_churn_reasons'}}}) }}
-- One reason each: the reasons of a scope sum to its lost customers, in every scope and period.
with summed as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_end,
        sum(lost_customers) as lost_customers
    from {{ ref('fct_churn_reasons') }}
    group by audience, scope_type, scope_value, period_type, period_end
)

select
    retention.audience,
    retention.scope_type,
    retention.scope_value,
    retention.period_end,
    retention.lost_customers,
    summed.lost_customers as lost_by_reasons
from {{ ref('fct_retention') }} as retention
full outer join summed
    on
        retention.audience = summed.audience
        and retention.scope_type = summed.scope_type
        and retention.scope_value = summed.scope_value
        and retention.period_type = summed.period_type
        and retention.period_end = summed.period_end
where coalesce(retention.lost_customers, 0) <> coalesce(summed.lost_customers, 0)
