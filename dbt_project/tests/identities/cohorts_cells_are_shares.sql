{{ config(meta={'dagster': {'ref': {'name': 'fct_cohorts'}}}) }}
-- Nobody is seen outside their cohort, a cohort's size never changes with age, and open cells alone are blank.
with cells as (
    select
        *,
        min(cohort_size) over (partition by audience, scope_type, scope_value, cohort_month) as smallest_size
    from {{ ref('fct_cohorts') }}
)

select *
from cells
where
    active_customers > cohort_size
    or active_customers < 0
    or cohort_size <> smallest_size
    or (active_customers is null) <> is_open
    or age_months < 0
