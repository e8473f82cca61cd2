{{ config(meta={'dagster': {'ref': {'name': 'fct_cohorts'}}}) }}
-- On the last day of a closed month everyone active is in some cohort, but for those who joined before the first month
-- or only ever had orders that count nowhere.
with in_cohorts as (
    select
        period_start,
        sum(active_customers) as active_customers
    from {{ ref('fct_cohorts') }}
    where scope_type = 'company' and cohort_basis = 'active' and not is_open
    group by period_start
),

bounds as (
    select min(period_start) as first_month
    from {{ ref('int_periods') }}
),

-- Spells that lie, or begin, before their customer's cohort.
uncovered as (
    select
        spells.started_on,
        spells.ended_on,
        lifetimes.cohort_month < bounds.first_month as is_older,
        lifetimes.cohort_month
    from {{ ref('int_activity_spells') }} as spells
    inner join {{ ref('int_customer_lifetimes') }} as lifetimes on spells.customer_id = lifetimes.customer_id
    cross join bounds
    where
        lifetimes.cohort_month is null
        or lifetimes.cohort_month < bounds.first_month
        or spells.started_on < lifetimes.cohort_month
),

outside as (
    select
        periods.period_start,
        count(*) as customers
    from {{ ref('int_periods') }} as periods
    inner join uncovered on {{ is_within('periods.period_end', 'uncovered.started_on', 'uncovered.ended_on') }}
    where
        periods.period_type = 'month'
        and (uncovered.cohort_month is null or uncovered.is_older or uncovered.cohort_month > periods.period_start)
    group by periods.period_start
)

select
    ledger.period_start,
    ledger.customers_end,
    in_cohorts.active_customers,
    outside.customers as outside_customers
from {{ ref('fct_retention') }} as ledger
left join in_cohorts on ledger.period_start = in_cohorts.period_start
left join outside on ledger.period_start = outside.period_start
where
    ledger.scope_type = 'company'
    and ledger.period_type = 'month'
    and ledger.customers_end <> coalesce(in_cohorts.active_customers, 0) + coalesce(outside.customers, 0)
