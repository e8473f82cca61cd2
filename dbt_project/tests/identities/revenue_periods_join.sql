{{ config(meta={'dagster': {'ref': {'name': 'fct_revenue'}}}) }}
-- For the company one period's end is the next one's start: no MRR appears or goes between them.
with company as (
    select
        period_type,
        period_end,
        mrr_start,
        mrr_end,
        paying_customers_start,
        paying_customers_end
    from {{ ref('fct_revenue') }}
    where audience = '(all)' and scope_type = 'company'
),

periods as (
    select
        now.period_type,
        now.period_end,
        earlier.period_end as earlier_end
    from {{ ref('int_periods') }} as now
    inner join {{ ref('int_periods') }} as earlier
        on now.period_type = earlier.period_type and now.day_before = earlier.period_end
)

select
    periods.period_type,
    periods.period_end,
    earlier.mrr_end,
    later.mrr_start
from periods
left join company as earlier
    on periods.period_type = earlier.period_type and periods.earlier_end = earlier.period_end
left join company as later
    on periods.period_type = later.period_type and periods.period_end = later.period_end
where
    coalesce(earlier.mrr_end, 0) <> coalesce(later.mrr_start, 0)
    or coalesce(earlier.paying_customers_end, 0) <> coalesce(later.paying_customers_start, 0)
