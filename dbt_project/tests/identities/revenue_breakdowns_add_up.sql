{{ config(meta={'dagster': {'ref': {'name': 'fct_revenue'}}}) }}
-- Every customer has exactly one value per breakdown: the rows of each sum to the whole of their audience.
with breakdowns as (
    select
        audience,
        scope_type,
        period_type,
        period_end,
        sum(mrr_start) as mrr_start,
        sum(new_mrr + reactivation_mrr + expansion_mrr) as gained_mrr,
        sum(contraction_mrr + churned_mrr) as lost_mrr,
        sum(mrr_end) as mrr_end,
        sum(paying_customers_end) as paying_customers_end,
        sum(paid_between_ends) as paid_between_ends
    from {{ ref('fct_revenue') }}
    where scope_type not in ('company', 'audience')
    group by audience, scope_type, period_type, period_end
)

select breakdowns.*
from breakdowns
inner join {{ ref('fct_revenue') }} as wholes
    on
        breakdowns.audience = wholes.audience
        and breakdowns.period_type = wholes.period_type
        and breakdowns.period_end = wholes.period_end
        and wholes.scope_type in ('company', 'audience')
where
    breakdowns.mrr_start <> wholes.mrr_start
    or breakdowns.gained_mrr <> wholes.new_mrr + wholes.reactivation_mrr + wholes.expansion_mrr
    or breakdowns.lost_mrr <> wholes.contraction_mrr + wholes.churned_mrr
    or breakdowns.mrr_end <> wholes.mrr_end
    or breakdowns.paying_customers_end <> wholes.paying_customers_end
    or breakdowns.paid_between_ends <> wholes.paid_between_ends
