{{ config(meta={'dagster': {'ref': {'name': 'fct_survival'}}}) }}
-- A curve begins with everybody, never rises, and is never drawn from fewer than ten.
with steps as (
    select
        *,
        lag(survival) over (
            partition by audience, scope_type, period_end, stratum_type, stratum_value order by age_days
        ) as survival_before,
        lag(events) over (
            partition by audience, scope_type, period_end, stratum_type, stratum_value order by age_days
        ) as events_before
    from {{ ref('fct_survival') }}
)

select *
from steps
where
    (age_days = 0 and (survival <> 1 or events <> 0))
    or survival > survival_before
    or events < events_before
    or (events = events_before) <> (survival = survival_before)
    or survival not between 0 and 1
    or at_risk < 10
    or (median_days <= age_days) <> (survival <= 0.5)
