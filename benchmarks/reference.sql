-- The customer ledger and the cohort triangle of the scaled company (benchmarks/scaled_company.py), by hand: the anchor
-- that the marts are measured against and must equal row by row. It reads the same admitted tables, attached as `work`,
-- and knows what that company does not have: merges, gaps, unknown starts, concurrent contracts, free plans.
-- Written as an analyst would: who is there at every month's end, joined to itself for every kind of period.

create temp table periods as
with months as (
    select cast(m as date) as month_start, last_day(cast(m as date)) as month_end
    from range(timestamp '2020-03-01', timestamp '2025-01-01', interval 1 month) as t(m)
)
select 'month' as period_type, month_start as period_start, month_end as period_end, 1 as apart from months
union all
select 'quarter', cast(month_start - interval 2 month as date), month_end, 3
from months where month(month_start) in (3, 6, 9, 12)
union all
select 'year', cast(month_start - interval 11 month as date), month_end, 12 from months where month(month_start) = 12
union all
select 'ytd', cast(date_trunc('year', month_start) as date), month_end, 12 from months;

delete from periods where period_start < date '2020-03-01';
alter table periods add column day_before date;
alter table periods add column previous_start date;
update periods set
    day_before = period_start - 1,
    previous_start = cast(period_start - to_months(apart) as date);
update periods set previous_start = null where previous_start < date '2020-03-01';

-- Orders that count, and until when each keeps its customer active.
create temp table orders as
with refund_days as (
    select order_id, refunded_on, sum(amount) as amount from work.main.int_refunds_admitted group by all
),
paid_back as (
    select order_id, refunded_on, sum(amount) over (partition by order_id order by refunded_on) as amount from refund_days
),
full_refunds as (
    select o.order_id, min(p.refunded_on) as refunded_on
    from work.main.int_orders_admitted as o inner join paid_back as p using (order_id)
    where o.amount > 0 and p.amount >= o.amount
    group by all
)
select
    cast(substr(o.customer_id, 2) as int) as customer,
    o.ordered_on,
    f.refunded_on is null or f.refunded_on > last_day(o.ordered_on) as is_counted,
    least(o.ordered_on + 90, coalesce(f.refunded_on, date '9999-12-31')) as active_until
from work.main.int_orders_admitted as o
left join full_refunds as f using (order_id)
where o.status = 'completed';

create temp table contracts as
select
    cast(substr(customer_id, 2) as int) as customer,
    plan,
    cast(term_months as varchar) as term,
    starts_on,
    least(
        coalesce(min(ends_on) over (partition by contract_id), date '9999-12-31'),
        coalesce(lead(starts_on) over (partition by contract_id order by starts_on), date '9999-12-31')
    ) as ends_on
from work.main.int_contracts_admitted;
delete from contracts where ends_on <= starts_on;

create temp table spells as
with spans as (
    select customer, starts_on as started_on, ends_on as ended_on from contracts
    union all
    select customer, ordered_on, max(active_until) from orders where active_until > ordered_on group by all
),
reached as (
    select *, max(ended_on) over (
        partition by customer order by started_on, ended_on rows between unbounded preceding and 1 preceding
    ) as reached_on
    from spans
),
numbered as (
    select *, sum(case when reached_on >= started_on then 0 else 1 end) over (
        partition by customer order by started_on, ended_on rows unbounded preceding
    ) as spell
    from reached
)
select customer, min(started_on) as started_on, max(ended_on) as ended_on from numbered group by customer, spell;

-- Delivered attributes and plan, cut wherever one of them changes; equal ones share a number.
create temp table attributes as
with versions as (
    select
        cast(substr(customer_id, 2) as int) as customer, _delivered_on as valid_from, coalesce(country, '(none)') as country,
        coalesce(region, '(none)') as region, coalesce(segment, '(none)') as segment,
        coalesce(acquisition_channel, '(none)') as acquisition_channel,
        coalesce(acquisition_offer, '(none)') as acquisition_offer, coalesce(account_owner, '(none)') as account_owner
    from work.main.int_customer_versions
)
select
    * exclude (valid_from),
    case when row_number() over w = 1 then date '0001-01-01' else valid_from end as valid_from,
    coalesce(lead(valid_from) over w, date '9999-12-31') as valid_until
from versions
window w as (partition by customer order by valid_from);

create temp table profiles as
with cuts as (
    select customer, valid_from as cut_on from attributes
    union
    select customer, starts_on from contracts
    union
    select customer, ends_on from contracts where ends_on < date '9999-12-31'
),
spans as (
    select customer, cut_on, coalesce(lead(cut_on) over (partition by customer order by cut_on), date '9999-12-31') as cut_until
    from cuts
)
select
    s.customer, s.cut_on as valid_from, s.cut_until as valid_until,
    a.country, a.region, a.segment, coalesce(c.plan, '(none)') as plan, coalesce(c.term, '(none)') as term,
    a.acquisition_channel, a.acquisition_offer, a.account_owner
from spans as s
inner join attributes as a on s.customer = a.customer and a.valid_from <= s.cut_on and s.cut_on < a.valid_until
left join contracts as c on s.customer = c.customer and c.starts_on <= s.cut_on and s.cut_on < c.ends_on;

create temp table tuples as
select row_number() over () as tuple, * from (
    select distinct country, region, segment, plan, term, acquisition_channel, acquisition_offer, account_owner from profiles
);
create temp table numbered_profiles as
select p.customer, p.valid_from, p.valid_until, t.tuple
from profiles as p
inner join tuples as t using (country, region, segment, plan, term, acquisition_channel, acquisition_offer, account_owner);

-- Who is there at a month's end, and as what.
create temp table there as
with edges as (select distinct day_before as edge from periods union select distinct period_end from periods)
select e.edge, s.customer, p.tuple
from spells as s
inner join edges as e on s.started_on <= e.edge and e.edge < s.ended_on
inner join numbered_profiles as p on s.customer = p.customer and p.valid_from <= e.edge and e.edge < p.valid_until;

create temp table firsts as select customer, min(started_on) as first_active_on from spells group by customer;

-- Who is in a period without having been there before it: one row, with the first day in it.
create temp table joins as
select
    p.period_type, p.period_start, p.period_end, s.customer, p.day_before, min(s.started_on) as joined_on
from spells as s
inner join periods as p on s.started_on between p.period_start and p.period_end
where not exists (select 1 from there as t where t.edge = p.day_before and t.customer = s.customer)
group by all;

create temp table joined as
select
    j.period_type, j.period_start, j.period_end, j.customer, f.first_active_on < j.period_start as came_back,
    e.customer is not null as stays, t2.tuple as tuple
from joins as j
inner join firsts as f using (customer)
left join there as e on e.edge = j.period_end and e.customer = j.customer
inner join numbered_profiles as before
    on j.customer = before.customer and before.valid_from <= j.day_before and j.day_before < before.valid_until
inner join numbered_profiles as inside
    on j.customer = inside.customer and inside.valid_from <= j.joined_on and j.joined_on < inside.valid_until
inner join tuples as t0 on before.tuple = t0.tuple
inner join tuples as t1 on inside.tuple = t1.tuple
left join tuples as t2
    on
        t0.country = t2.country and t0.region = t2.region and t0.segment = t2.segment
        and t0.acquisition_channel = t2.acquisition_channel and t0.acquisition_offer = t2.acquisition_offer
        and t0.account_owner = t2.account_owner and t1.plan = t2.plan and t1.term = t2.term;

create temp table counts as
select
    p.period_type, p.period_start, p.period_end, s.tuple,
    count(*) as customers_start, count(e.customer) as retained_customers, count(*) - count(e.customer) as lost_customers,
    0 as new_customers, 0 as reactivated_customers, 0 as in_period_joiners_lost, 0 as in_period_first_timers_lost
from periods as p
inner join there as s on p.day_before = s.edge
left join there as e on e.edge = p.period_end and e.customer = s.customer
group by all
union all
select
    period_type, period_start, period_end, tuple, 0, 0, 0,
    count(*) filter (stays and not came_back), count(*) filter (stays and came_back), count(*) filter (not stays),
    count(*) filter (not stays and not came_back)
from joined
group by all;

-- Who begins a period as something else than they were counted as in the one that ended the day before.
create temp table moves as
select p.period_type, p.period_start, p.period_end, now.customer, coalesce(j.tuple, s.tuple) as tuple_then, now.tuple as tuple_now
from periods as p
inner join there as now on p.day_before = now.edge
left join joined as j
    on j.period_type = p.period_type and j.period_start = p.previous_start and j.period_end = p.day_before and j.customer = now.customer
left join there as s on s.edge = p.previous_start - 1 and s.customer = now.customer
where p.previous_start is not null and coalesce(j.tuple, s.tuple) <> now.tuple;

create temp table audiences as
select '(all)' as audience, 'company' as whole, tuple from tuples
union all select 'board', 'audience', tuple from tuples
union all select 'hungary', 'audience', tuple from tuples where country = 'HU'
union all select 'large', 'audience', tuple from tuples where segment = 'large';

create temp table scopes as
select a.audience, a.tuple, unnest([
    {'t': a.whole, 'v': a.audience}, {'t': 'country', 'v': country}, {'t': 'region', 'v': region},
    {'t': 'segment', 'v': segment}, {'t': 'plan', 'v': plan}, {'t': 'term', 'v': term},
    {'t': 'acquisition_channel', 'v': acquisition_channel}, {'t': 'acquisition_offer', 'v': acquisition_offer},
    {'t': 'account_owner', 'v': account_owner}
]) as scope
from audiences as a inner join tuples using (tuple);

create temp table ledger as
with counted as (
    select
        s.audience, s.scope.t as scope_type, s.scope.v as scope_value, c.period_type, c.period_start, c.period_end,
        sum(customers_start) as customers_start, sum(retained_customers) as retained_customers,
        sum(lost_customers) as lost_customers, sum(new_customers) as new_customers,
        sum(reactivated_customers) as reactivated_customers, sum(in_period_joiners_lost) as in_period_joiners_lost,
        sum(in_period_first_timers_lost) as in_period_first_timers_lost, 0 as moved_in, 0 as moved_out
    from counts as c inner join scopes as s using (tuple)
    group by all
),
sides as (
    select s.audience, s.scope, m.period_type, m.period_start, m.period_end, m.customer, 1 as direction
    from moves as m inner join scopes as s on m.tuple_now = s.tuple
    union all
    select s.audience, s.scope, m.period_type, m.period_start, m.period_end, m.customer, -1
    from moves as m inner join scopes as s on m.tuple_then = s.tuple
),
netted as (
    select audience, scope, period_type, period_start, period_end, customer, sum(direction) as direction
    from sides group by all having sum(direction) <> 0
),
moved as (
    select
        audience, scope.t, scope.v, period_type, period_start, period_end, 0, 0, 0, 0, 0, 0, 0,
        count(*) filter (direction > 0), count(*) filter (direction < 0)
    from netted group by all
)
select
    audience, scope_type, scope_value, period_type, period_start, period_end,
    cast(sum(customers_start) as bigint) as customers_start,
    cast(sum(retained_customers + new_customers + reactivated_customers) as bigint) as customers_end,
    cast(sum(retained_customers) as bigint) as retained_customers, cast(sum(lost_customers) as bigint) as lost_customers,
    cast(sum(new_customers) as bigint) as new_customers,
    cast(sum(reactivated_customers) as bigint) as reactivated_customers,
    cast(sum(in_period_joiners_lost) as bigint) as in_period_joiners_lost,
    cast(sum(in_period_first_timers_lost) as bigint) as in_period_first_timers_lost,
    cast(sum(moved_in) as bigint) as moved_in, cast(sum(moved_out) as bigint) as moved_out
from (select * from counted union all select * from moved)
group by all;

-- Cohorts: members by the month they joined, as what they were counted as in it.
create temp table members as
with first_days as (
    select customer, min(joined_on) as joined_on from (
        select customer, starts_on as joined_on from contracts
        union all
        select customer, ordered_on from orders where is_counted
    ) group by customer
)
select d.customer, cast(date_trunc('month', d.joined_on) as date) as cohort_month, j.tuple
from first_days as d
inner join joined as j
    on j.customer = d.customer and j.period_type = 'month' and j.period_start = cast(date_trunc('month', d.joined_on) as date);

create temp table triangle as
with months as (select period_start, period_end from periods where period_type = 'month'),
sizes as (
    select s.audience, s.scope, m.cohort_month, count(*) as cohort_size
    from members as m inner join scopes as s using (tuple) group by all
),
seen as (
    select m.cohort_month, m.tuple, cast(date_trunc('month', t.edge) as date) as period_start, 'active' as cohort_basis, count(*) as customers
    from there as t inner join members as m using (customer)
    group by all
    union all
    select m.cohort_month, m.tuple, o.order_month, 'ordered', count(*)
    from (
        select distinct customer, cast(date_trunc('month', ordered_on) as date) as order_month from orders where is_counted
    ) as o
    inner join members as m using (customer)
    group by all
),
seen_by_scope as (
    select s.audience, s.scope, n.cohort_month, n.period_start, n.cohort_basis, sum(n.customers) as customers
    from seen as n inner join scopes as s using (tuple) group by all
)
select
    z.audience, z.scope.t as scope_type, z.scope.v as scope_value, months.period_start, months.period_end, z.cohort_month,
    b.cohort_basis, cast(z.cohort_size as bigint) as cohort_size, cast(coalesce(n.customers, 0) as bigint) as active_customers
from sizes as z
inner join months on z.cohort_month <= months.period_start
cross join (values ('ordered'), ('active')) as b (cohort_basis)
left join seen_by_scope as n
    on
        n.audience = z.audience and n.scope = z.scope and n.cohort_month = z.cohort_month
        and n.period_start = months.period_start and n.cohort_basis = b.cohort_basis;
