{{ config(meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}
-- Every customer has exactly one value per breakdown: the rows of each sum to the whole of their audience.
with breakdowns as (
    select
        audience,
        scope_type,
        period_type,
        period_end,
        sum(orders) as orders,
        sum(revenue) as revenue,
        sum(returning_revenue) as returning_revenue,
        sum(buyers_12m) as buyers_12m,
        sum(revenue_12m) as revenue_12m,
        sum(buyers_ever) as buyers_ever,
        sum(repeat_buyers) as repeat_buyers
    from {{ ref('fct_orders') }}
    where scope_type not in ('company', 'audience')
    group by audience, scope_type, period_type, period_end
)

select breakdowns.*
from breakdowns
inner join {{ ref('fct_orders') }} as wholes
    on
        breakdowns.audience = wholes.audience
        and breakdowns.period_type = wholes.period_type
        and breakdowns.period_end = wholes.period_end
        and wholes.scope_type in ('company', 'audience')
where
    breakdowns.orders <> wholes.orders
    or breakdowns.revenue <> wholes.revenue
    or breakdowns.returning_revenue <> wholes.returning_revenue
    or breakdowns.buyers_12m <> wholes.buyers_12m
    or breakdowns.revenue_12m <> wholes.revenue_12m
    or breakdowns.buyers_ever <> wholes.buyers_ever
    or breakdowns.repeat_buyers <> wholes.repeat_buyers
