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

outside as (
    select
        periods.period_start,
        count(*) as customers
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_activity_spells') }} as spells
        on {{ is_within('periods.period_end', 'spells.started_on', 'spells.ended_on') }}
    inner join {{ ref('int_customer_lifetimes') }} as lifetimes on spells.customer_id = lifetimes.customer_id
    where
        periods.period_type = 'month'
        and (
            lifetimes.cohort_month is null
            or lifetimes.cohort_month > periods.period_start
            or lifetimes.cohort_month < (select min(period_start) from {{ ref('int_periods') }})
        )
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
