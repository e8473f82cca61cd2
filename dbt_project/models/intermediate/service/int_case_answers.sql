-- Every answer on how satisfied a customer was with a case: all of them, not the latest alone, and those too that name
-- the case but no customer.
with final as (
    select
        scores.response_id,
        scores.responded_on,
        cases.case_id,
        scores.score_band in ('satisfied', 'advocate') as is_satisfied
    from {{ ref('int_survey_scores') }} as scores
    inner join {{ ref('int_cases_timed') }} as cases on scores.case_id = cases.case_id
    where scores.survey_type in ('csat', 'service') and scores.score_band is not null
    order by scores.responded_on, scores.response_id
)

select * from final
