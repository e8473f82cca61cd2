{{ config(meta={'dagster': {'ref': {'name': 'fct_survey_breakdowns'}}}) }}
-- Channels, categories and tenure bands each hold every answer once, bands hold all that is on a banded scale, and no
-- answer of the survey's own row is missing (answers about a case may be more).
with breakdowns as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        survey_type,
        breakdown,
        sum(responses) as responses,
        sum(score_sum) as score_sum,
        sum(csat_denominator) as csat_denominator,
        sum(satisfied) as satisfied,
        sum(advocates) as advocates,
        sum(at_risk) as at_risk,
        sum(promoters + passives + detractors) as classed
    from {{ ref('fct_survey_breakdowns') }}
    group by audience, scope_type, scope_value, period_type, period_start, period_end, survey_type, breakdown
)

select
    breakdowns.*,
    surveys.responses as survey_responses
from breakdowns
inner join breakdowns as channels
    on
        channels.breakdown = 'channel'
        and breakdowns.audience = channels.audience
        and breakdowns.period_type = channels.period_type
        and breakdowns.period_end = channels.period_end
        and breakdowns.survey_type = channels.survey_type
left join {{ ref('fct_surveys') }} as surveys
    on
        surveys.scope_type in ('company', 'audience')
        and breakdowns.audience = surveys.audience
        and breakdowns.period_type = surveys.period_type
        and breakdowns.period_end = surveys.period_end
        and breakdowns.survey_type = surveys.survey_type
where
    breakdowns.responses <> channels.responses
    or breakdowns.score_sum <> channels.score_sum
    or breakdowns.satisfied + breakdowns.at_risk <> breakdowns.csat_denominator
    or breakdowns.advocates > breakdowns.satisfied
    or breakdowns.classed > breakdowns.responses
    or breakdowns.responses < coalesce(surveys.responses, 1)
