with final as (
    {{ admitted_rows('survey_questions') }}
)

select * from final
