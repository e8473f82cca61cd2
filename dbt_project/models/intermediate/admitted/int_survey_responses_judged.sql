with final as (
    {{ judged_rows('survey_responses', referred_rows('survey_responses')) }}
)

select * from final
