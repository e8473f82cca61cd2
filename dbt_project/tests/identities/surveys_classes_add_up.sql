{{ config(meta={'dagster': {'ref': {'name': 'fct_surveys'}}}) }}
-- No part is larger than its whole, and the distribution holds exactly the scores that count.
with distributed as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_end,
        survey_type,
        sum(responses) as responses,
        sum(responses * score) as score_sum
    from {{ ref('fct_survey_distribution') }}
    group by audience, scope_type, scope_value, period_type, period_end, survey_type
)

select surveys.*
from {{ ref('fct_surveys') }} as surveys
left join distributed
    on
        surveys.audience = distributed.audience
        and surveys.scope_type = distributed.scope_type
        and surveys.scope_value = distributed.scope_value
        and surveys.period_type = distributed.period_type
        and surveys.period_end = distributed.period_end
        and surveys.survey_type = distributed.survey_type
where
    surveys.promoters + surveys.passives + surveys.detractors > surveys.responses
    or surveys.satisfied > surveys.csat_denominator
    or surveys.csat_denominator > surveys.responses
    or surveys.coverage_numerator > least(surveys.coverage_denominator, surveys.responses)
    or surveys.responses <> coalesce(distributed.responses, 0)
    or surveys.score_sum <> coalesce(distributed.score_sum, 0)
