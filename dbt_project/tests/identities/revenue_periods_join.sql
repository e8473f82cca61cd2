{{ config(meta={'dagster': {'ref': {'name': 'fct_revenue'}}}) }}
-- For the company one period's end is the next one's start: no MRR appears or goes between them.
with company as (
    select
        period_start,
        mrr_start,
        mrr_end,
        paying_customers_start,
        paying_customers_end
    from {{ ref('fct_revenue') }}
    where audience = '(all)' and scope_type = 'company'
),

periods as (
    select
        period_start,
        previous_start
    from {{ ref('int_periods') }}
    where previous_start is not null
)

select
    periods.period_start,
    earlier.mrr_end,
    later.mrr_start
from periods
left join company as earlier on periods.previous_start = earlier.period_start
left join company as later on periods.period_start = later.period_start
where
    coalesce(earlier.mrr_end, 0) <> coalesce(later.mrr_start, 0)
    or coalesce(earlier.paying_customers_end, 0) <> coalesce(later.paying_customers_start, 0)
