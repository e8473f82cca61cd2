{{ config(meta={'dagster': {'ref': {'name': 'fct_score_outcome'}}}) }}
-- Nobody is lost who did not answer, and an audience never holds more customers of a band than the company.
select outcomes.*
from {{ ref('fct_score_outcome') }} as outcomes
left join {{ ref('fct_score_outcome') }} as companies
    on
        companies.scope_type = 'company'
        and outcomes.period_end = companies.period_end
        and outcomes.survey_type = companies.survey_type
        and outcomes.score_band = companies.score_band
where
    outcomes.lost_customers > outcomes.customers
    or outcomes.customers > coalesce(companies.customers, 0)
    or outcomes.lost_customers > coalesce(companies.lost_customers, 0)
