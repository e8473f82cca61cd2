"""The SQL of the made-up company in reports_world.py: one statement per rpt_ model, in the shape the marts have."""

from __future__ import annotations

Z = 1.959964


def _wilson(numerator: str, denominator: str, sign: str) -> str:
    n, d = f"({numerator})::double", f"nullif({denominator}, 0)::double"
    return (
        f"case when {denominator} > 0 then "
        f"round(greatest(0, least(1, ({n}/{d} + {Z * Z}/(2*{d}) {sign} {Z}*sqrt({n}/{d}*(1-{n}/{d})/{d}"
        f" + {Z * Z}/(4*{d}*{d})))/(1 + {Z * Z}/{d}))), 9) end"
    )


def _rate(numerator: str, denominator: str) -> str:
    return f"round(({numerator})::double / nullif({denominator}, 0), 9)"


def _nps(bound: str) -> str:
    score = f"100.0 * (promoters - detractors) / responses {bound}"
    return f"case when survey_type = 'nps' then round({score}, 9) end"


_AUDIENCES = """
create temp table scoped as
with audiences(audience, country) as (values ('(all)', null), ('board', null), ('hungary', 'HU'), ('poland', 'PL')),
people_of as (select a.audience, p.* from audiences a join people p on a.country is null or p.country = a.country)
select audience, case when audience = '(all)' then 'company' else 'audience' end as scope_type, audience as scope_value,
    customer_id, reason from people_of
union all by name select audience, 'country' as scope_type, country as scope_value, customer_id, reason from people_of
union all by name select audience, 'segment' as scope_type, segment as scope_value, customer_id, reason from people_of
union all by name select audience, 'plan' as scope_type, plan as scope_value, customer_id, reason from people_of
"""
_ACTIVE = """
create temp table active as
select customer_id, cast(unnest(string_split(active, ',')) as date) as month from people where active <> ''
"""
_MONTH = "'month' as period_type, m.month::date as period_start, last_day(m.month::date) as period_end"
_STATES = f"""
create temp table states as
select s.*, {_MONTH},
    exists(select 1 from active a where a.customer_id = s.customer_id
           and a.month = (m.month - interval 1 month)::date) as was,
    exists(select 1 from active a where a.customer_id = s.customer_id and a.month = m.month::date) as here,
    exists(select 1 from active a where a.customer_id = s.customer_id and a.month < m.month::date) as before
from scoped s cross join months m
"""
_KEYS = "audience, scope_type, scope_value, period_type, period_start, period_end"
_SUPPRESSED = "scope_type in ('country', 'segment', 'plan') and customers_start between 1 and 4"
_30 = "30.0 / (period_end - period_start + 1)"
_RETENTION = f"""
create table rpt_retention as
with counted as (
    select {_KEYS}, count(*) filter (was) as customers_start, count(*) filter (here) as customers_end,
        count(*) filter (was and here) as retained_customers, count(*) filter (was and not here) as lost_customers,
        count(*) filter (here and not before) as new_customers,
        count(*) filter (here and not was and before) as reactivated_customers
    from states group by all
), rated as (
    select *, 0::bigint as moved_in, 0::bigint as moved_out, 0::bigint as in_period_joiners_lost,
        0::bigint as provisional_losses, {_SUPPRESSED} as is_suppressed,
        {_rate("retained_customers", "customers_start")} as retention_rate,
        retained_customers as retention_numerator, customers_start as retention_denominator,
        {_wilson("retained_customers", "customers_start", "-")} as retention_low,
        {_wilson("retained_customers", "customers_start", "+")} as retention_high,
        {_rate("lost_customers", "customers_start")} as churn_rate,
        lost_customers as churn_numerator, customers_start as churn_denominator,
        {_wilson("lost_customers", "customers_start", "-")} as churn_low,
        {_wilson("lost_customers", "customers_start", "+")} as churn_high
    from counted
), monthly as (
    select *, round(1 - pow(1 - churn_rate, {_30}), 9) as churn_30d_rate, lost_customers as churn_30d_numerator,
        customers_start as churn_30d_denominator, round(1 - pow(1 - churn_low, {_30}), 9) as churn_30d_low,
        round(1 - pow(1 - churn_high, {_30}), 9) as churn_30d_high
    from rated
)
select {_KEYS}, is_suppressed, {{figures}} from monthly where customers_start + customers_end > 0
"""
_RETENTION_FIGURES = [
    "customers_start",
    "customers_end",
    "retained_customers",
    "lost_customers",
    "new_customers",
    "reactivated_customers",
    "moved_in",
    "moved_out",
    "in_period_joiners_lost",
    "provisional_losses",
    "retention_rate",
    "retention_numerator",
    "retention_denominator",
    "retention_low",
    "retention_high",
    "churn_rate",
    "churn_numerator",
    "churn_denominator",
    "churn_low",
    "churn_high",
    "churn_30d_rate",
    "churn_30d_numerator",
    "churn_30d_denominator",
    "churn_30d_low",
    "churn_30d_high",
]


def _hidden(columns: list[str]) -> str:
    return ", ".join(f"case when is_suppressed then null else {name} end as {name}" for name in columns)


_COHORTS = f"""
create table rpt_cohorts as
with first_seen as (
    select 'active' as cohort_basis, customer_id, min(month) as cohort_month from active group by all
    union all select 'ordered', customer_id, min(month)::date from bought group by all
), seen as (
    select distinct 'active' as cohort_basis, customer_id, month from active
    union all select distinct 'ordered', customer_id, month::date from bought
), sizes as (
    select s.audience, s.scope_type, s.scope_value, f.cohort_basis, f.cohort_month, count(*) as cohort_size
    from scoped s join first_seen f using (customer_id) group by all
), cells as (
    select s.audience, s.scope_type, s.scope_value, f.cohort_basis, f.cohort_month, e.month,
        count(*) as active_customers
    from scoped s join first_seen f using (customer_id) join seen e using (customer_id, cohort_basis) group by all
)
select z.audience, z.scope_type, z.scope_value, {_MONTH}, false as is_suppressed, z.cohort_basis, z.cohort_month,
    datediff('month', z.cohort_month, m.month::date) as age_months, z.cohort_size,
    coalesce(c.active_customers, 0) as active_customers,
    round(coalesce(c.active_customers, 0)::double / z.cohort_size, 9) as retention_rate, false as is_open
from sizes z join months m on m.month::date >= z.cohort_month
left join cells c on c.audience = z.audience and c.scope_type = z.scope_type and c.scope_value = z.scope_value
    and c.cohort_basis = z.cohort_basis and c.cohort_month = z.cohort_month and c.month = m.month::date
"""
_MONEY = "decimal(18, 2)"
_REVENUE = f"""
create table rpt_revenue as
with pairs as (
    select s.audience, s.scope_type, s.scope_value, {_MONTH}, coalesce(a.mrr, 0)::{_MONEY} as a,
        coalesce(b.mrr, 0)::{_MONEY} as b, exists(
            select 1 from mrr x where x.customer_id = s.customer_id and x.month < m.month) as paid_before
    from scoped s cross join months m
    left join mrr a on a.customer_id = s.customer_id and a.month = m.month - interval 1 month
    left join mrr b on b.customer_id = s.customer_id and b.month = m.month
    where a.mrr > 0 or b.mrr > 0
), summed as (
    select {_KEYS}, sum(a) as mrr_start, sum(b) filter (a = 0 and not paid_before) as new_mrr,
        sum(b) filter (a = 0 and paid_before) as reactivation_mrr, sum(b - a) filter (a > 0 and b > a) as expansion_mrr,
        sum(a - b) filter (b > 0 and b < a) as contraction_mrr, sum(a) filter (b = 0) as churned_mrr,
        sum(b) as mrr_at_old_rate, sum(b) filter (a > 0) as nrr_numerator, sum(a) as nrr_denominator,
        sum(least(a, b)) filter (a > 0) as grr_numerator, count(*) filter (a > 0) as paying_customers_start,
        count(*) filter (b > 0) as paying_customers_end
    from pairs group by all
), filled as (
    select {_KEYS}, mrr_start, coalesce(new_mrr, 0) as new_mrr, coalesce(reactivation_mrr, 0) as reactivation_mrr,
        coalesce(expansion_mrr, 0) as expansion_mrr, coalesce(contraction_mrr, 0) as contraction_mrr,
        coalesce(churned_mrr, 0) as churned_mrr,
        (mrr_at_old_rate * ((epoch(period_start) // 86400) % 7 - 3) / 2000)::{_MONEY} as fx_effect, mrr_at_old_rate,
        coalesce(nrr_numerator, 0) as nrr_numerator, nrr_denominator, coalesce(grr_numerator, 0) as grr_numerator,
        paying_customers_start, paying_customers_end
    from summed
)
select * exclude (mrr_at_old_rate), false as is_suppressed, mrr_at_old_rate + fx_effect as mrr_end,
    {_rate("nrr_numerator", "nrr_denominator")} as nrr, {_rate("nrr_numerator", "nrr_denominator")} - 0.006 as nrr_low,
    {_rate("nrr_numerator", "nrr_denominator")} + 0.006 as nrr_high,
    {_rate("grr_numerator", "nrr_denominator")} as grr, {_rate("grr_numerator", "nrr_denominator")} - 0.004 as grr_low,
    {_rate("grr_numerator", "nrr_denominator")} + 0.004 as grr_high,
    {_rate("new_mrr + expansion_mrr + reactivation_mrr", "churned_mrr + contraction_mrr")} as quick_ratio
from filled
"""
_ORDERS = f"""
create table rpt_orders as
with placed as (
    select s.audience, s.scope_type, s.scope_value, b.customer_id, b.month::date as month, nth,
        amount::{_MONEY} as amount
    from scoped s join bought b using (customer_id)
), month_of as (
    select p.audience, p.scope_type, p.scope_value, {_MONTH}, count(*) as orders,
        count(distinct customer_id) as buyers, count(distinct customer_id) filter (nth > 1) as returning_buyers,
        count(*) filter (nth > 1) as returning_orders,
        coalesce(sum(amount) filter (nth > 1), 0) as returning_revenue, sum(amount) as revenue
    from placed p join months m on p.month = m.month::date group by all
), by_buyer as (
    select p.audience, p.scope_type, p.scope_value, {_MONTH}, p.customer_id,
        count(*) filter (p.month > (m.month - interval 12 month)::date) as orders_12m, count(*) as orders_ever,
        sum(amount) filter (p.month > (m.month - interval 12 month)::date) as revenue_12m
    from placed p join months m on p.month <= m.month::date group by all
), ranked as (
    select *, row_number() over (partition by {_KEYS} order by revenue_12m desc nulls last, customer_id) as place,
        count(*) filter (orders_12m > 0) over (partition by {_KEYS}) as buyers_12m
    from by_buyer
), longer as (
    select {_KEYS}, any_value(buyers_12m) as buyers_12m, sum(orders_12m)::bigint as orders_12m,
        count(*) filter (orders_ever > 1) as repeat_buyers, count(*) as buyers_ever,
        sum(revenue_12m) filter (place <= ceil(0.2 * buyers_12m)) as top20_revenue, sum(revenue_12m) as revenue_12m
    from ranked group by all
)
select m.*, l.* exclude ({_KEYS}), false as is_suppressed, {_rate("m.revenue", "m.orders")} as aov,
    {_rate("l.orders_12m", "l.buyers_12m")} as purchase_frequency,
    {_rate("l.repeat_buyers", "l.buyers_ever")} as repeat_rate,
    {_rate("l.top20_revenue", "l.revenue_12m")} as top20_share,
    {_rate("m.returning_revenue", "m.revenue")} as returning_revenue_share
from month_of m join longer l using ({_KEYS})
"""
_REASONS = f"""
create table rpt_churn_reasons as
with lost as (
    select {_KEYS}, reason as reason_category, reason = 'payment' as is_involuntary, count(*) as lost_customers,
        (count(*) * 83.5)::{_MONEY} as lost_mrr
    from states where was and not here group by all
), shared as (
    select *, sum(lost_customers) over (partition by {_KEYS}) as all_lost, sum(lost_customers) over (
            partition by {_KEYS} order by lost_customers desc, reason_category rows unbounded preceding) as so_far
    from lost
)
select {_KEYS}, reason_category, is_involuntary, false as is_suppressed, lost_customers, lost_mrr,
    {_rate("lost_customers", "all_lost")} as share, {_rate("so_far", "all_lost")} as running_share
from shared
"""
_SURVEYS = f"""
create table rpt_surveys as
with counted as (
    select s.audience, s.scope_type, s.scope_value, {_MONTH}, a.survey_type, count(*) as responses,
        count(*) as completed_responses,
        (count(*) * 4)::bigint as delivered, count(*) filter (survey_type = 'nps' and score >= 9) as promoters,
        count(*) filter (survey_type = 'nps' and score between 7 and 8) as passives,
        count(*) filter (survey_type = 'nps' and score <= 6) as detractors,
        count(*) filter (score >= case survey_type when 'nps' then 7 else 4 end) as satisfied,
        sum(score)::decimal(18, 2) as score_sum, count(distinct s.customer_id) as coverage_numerator
    from scoped s join answers a using (customer_id) join months m on m.month = a.month group by all
)
select c.*, false as is_suppressed, {_nps("")} as nps, {_nps("- 160 / sqrt(responses)")} as nps_low,
    {_nps("+ 160 / sqrt(responses)")} as nps_high, {_rate("satisfied", "responses")} as csat,
    {_wilson("satisfied", "responses", "-")} as csat_low, {_wilson("satisfied", "responses", "+")} as csat_high,
    {_rate("score_sum", "responses")} as mean_score, {_rate("responses", "delivered")} as response_rate,
    {_rate("coverage_numerator", "r.customers_end")} as coverage, r.customers_end as coverage_denominator
from counted c join rpt_retention r using ({_KEYS})
"""
_DISTRIBUTION = f"""
create table rpt_survey_distribution as
select s.audience, s.scope_type, s.scope_value, {_MONTH}, a.survey_type, false as is_suppressed,
    (case a.survey_type when 'nps' then 0 else 1 end) as scale_min,
    (case a.survey_type when 'nps' then 10 else 5 end) as scale_max, a.score, count(*) as responses
from scoped s join answers a using (customer_id) join months m on m.month = a.month group by all
"""
_TARGETS = f"""
create table rpt_targets as
select s.audience, s.scope_type, s.scope_value, {_MONTH}, t.metric, t.target_value
from (select distinct audience, scope_type, scope_value from scoped where scope_type in ('company', 'audience')) s
cross join months m
cross join (values ('retention_rate', 0.98), ('churn_rate', 0.02), ('nps', 40.0), ('csat', 0.75), ('nrr', 1.0),
    ('mrr_end', 120000.0)) t(metric, target_value)
"""
_EVENTS = "create table rpt_annotations as select happened_on::date as happened_on, language, label, scope from events"
_RECEIVED = """
create table rpt_data_received as
select system, entity, system || '_files' as sources, landed, landed - landed // 400 - landed // 50 as admitted,
    landed // 400 as quarantined, landed // 50 as superseded, 0::bigint as exact_duplicates, 0::bigint as deleted,
    0::bigint as unknown_customers, case when entity = 'refunds' then 0::bigint end as ignored_refunds,
    case when is_delivered then date '2025-01-02' end as newest_delivered_on,
    case when is_delivered then 'file name' end as delivered_by, is_delivered
from delivered
"""
MODELS = (
    _AUDIENCES,
    _ACTIVE,
    _STATES,
    _RETENTION.format(figures=_hidden(_RETENTION_FIGURES)),
    _COHORTS,
    _REVENUE,
    _ORDERS,
    _REASONS,
    _SURVEYS,
    _DISTRIBUTION,
    _TARGETS,
    _EVENTS,
    _RECEIVED,
)
