{{ config(meta={'dagster': {'ref': {'name': 'fct_retention'}}}) }}
-- The company's S and E counted again from the spells alone, past every join that comes after them: one more on the day a
-- spell starts, one less on the day it ends. That counts customers, since no customer has two spells on a day; whoever has
-- is a row of this test.
with changes as (
    select
        started_on as changed_on,
        count(*) as customers
    from {{ ref('int_activity_spells') }}
    group by started_on

    union all

    select
        ended_on as changed_on,
        -count(*) as customers
    from {{ ref('int_activity_spells') }}
    where ended_on is not null
    group by ended_on
),

counted as (
    select
        edges.edge_on,
        sum(changes.customers) as customers
    from (
        select day_before as edge_on from {{ ref('int_periods') }}
        union
        select period_end as edge_on from {{ ref('int_periods') }}
    ) as edges
    left join changes on edges.edge_on >= changes.changed_on
    group by edges.edge_on
),

recounted as (
    select
        periods.period_type,
        periods.period_end,
        coalesce(at_start.customers, 0) as customers_start,
        coalesce(at_end.customers, 0) as customers_end
    from {{ ref('int_periods') }} as periods
    inner join counted as at_start on periods.day_before = at_start.edge_on
    inner join counted as at_end on periods.period_end = at_end.edge_on
),

doubled as (
    select count(*) as spells
    from (
        select
            started_on,
            max(coalesce(ended_on, {{ far_future() }})) over (
                partition by customer_id
                order by started_on
                rows between unbounded preceding and 1 preceding
            ) as reached_on
        from {{ ref('int_activity_spells') }}
    ) as reached
    where reached_on > started_on
)

select
    ledger.period_type,
    ledger.period_end,
    ledger.customers_start,
    ledger.customers_end,
    recounted.customers_start as recounted_start,
    recounted.customers_end as recounted_end,
    doubled.spells as doubled_spells
from {{ ref('fct_retention') }} as ledger
inner join recounted
    on ledger.period_type = recounted.period_type and ledger.period_end = recounted.period_end
cross join doubled
where
    ledger.scope_type = 'company'
    and (
        ledger.customers_start <> recounted.customers_start
        or ledger.customers_end <> recounted.customers_end
        or doubled.spells > 0
    )
