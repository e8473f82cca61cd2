{{ config(meta={'dagster': {'ref': {'name': 'fct_surveys'}}}) }}
-- Every answer has exactly one value per breakdown, anonymous ones (none): the rows sum to the whole of their audience.
with breakdowns as (
    select
        audience,
        scope_type,
        period_type,
        period_end,
        survey_type,
        sum(responses) as responses,
        sum(completed_responses) as completed_responses,
        sum(promoters) as promoters,
        sum(detractors) as detractors,
        sum(satisfied) as satisfied,
        sum(coverage_numerator) as coverage_numerator
    from {{ ref('fct_surveys') }}
    where scope_type not in ('company', 'audience')
    group by audience, scope_type, period_type, period_end, survey_type
)

select breakdowns.*
from breakdowns
inner join {{ ref('fct_surveys') }} as wholes
    on
        breakdowns.audience = wholes.audience
        and breakdowns.period_type = wholes.period_type
        and breakdowns.period_end = wholes.period_end
        and breakdowns.survey_type = wholes.survey_type
        and wholes.scope_type in ('company', 'audience')
where
    breakdowns.responses <> wholes.responses
    or breakdowns.completed_responses <> wholes.completed_responses
    or breakdowns.promoters <> wholes.promoters
    or breakdowns.detractors <> wholes.detractors
    or breakdowns.satisfied <> wholes.satisfied
    or breakdowns.coverage_numerator <> wholes.coverage_numerator
