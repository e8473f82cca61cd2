{{ config(meta={'dagster': {'ref': {'name': 'fct_cohorts'}}}) }}
-- Every breakdown of an audience adds up to the whole audience, in sizes and in customers seen.
with wholes as (
    select *
    from {{ ref('fct_cohorts') }}
    where scope_type in ('company', 'audience')
),

parts as (
    select
        audience,
        scope_type,
        cohort_month,
        cohort_basis,
        period_start,
        sum(cohort_size) as cohort_size,
        sum(active_customers) as active_customers
    from {{ ref('fct_cohorts') }}
    where scope_type not in ('company', 'audience')
    group by audience, scope_type, cohort_month, cohort_basis, period_start
)

select
    parts.*,
    wholes.cohort_size as whole_size,
    wholes.active_customers as whole_active
from parts
inner join wholes
    on
        parts.audience = wholes.audience
        and parts.cohort_month = wholes.cohort_month
        and parts.cohort_basis = wholes.cohort_basis
        and parts.period_start = wholes.period_start
where
    parts.cohort_size <> wholes.cohort_size
    or parts.active_customers <> wholes.active_customers
