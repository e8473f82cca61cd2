{{ config(meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}
-- The months of the company hold every line of them once, and twelve months are the sum of twelve.
with lines as (
    select
        line_month,
        sum(base_amount) as revenue,
        count(case when line_kind = 'order' then 1 end) as orders
    from {{ ref('int_order_lines') }}
    group by line_month
),

months as (
    select * from {{ ref('int_periods') }}
    where period_type = 'month'
),

expected as (
    select
        months.period_start,
        coalesce(sum(case when lines.line_month = months.period_start then lines.revenue end), 0) as revenue,
        coalesce(sum(case when lines.line_month = months.period_start then lines.orders end), 0) as orders,
        coalesce(sum(lines.revenue), 0) as revenue_12m,
        coalesce(sum(lines.orders), 0) as orders_12m
    from months
    left join lines
        on lines.line_month between {{ add_months('months.period_start', -11) }} and months.period_start
    group by months.period_start
)

select expected.*
from expected
left join {{ ref('fct_orders') }} as company
    on
        expected.period_start = company.period_start
        and company.period_type = 'month'
        and company.audience = '(all)'
        and company.scope_type = 'company'
where
    expected.revenue <> coalesce(company.revenue, 0)
    or expected.orders <> coalesce(company.orders, 0)
    or expected.revenue_12m <> coalesce(company.revenue_12m, 0)
    or expected.orders_12m <> coalesce(company.orders_12m, 0)
