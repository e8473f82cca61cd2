with final as (
    {{ judged_rows('survey_questions', referred_rows('survey_questions')) }}
)

select * from final
