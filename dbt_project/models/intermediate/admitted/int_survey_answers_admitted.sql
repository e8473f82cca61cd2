with final as (
    {{ admitted_rows('survey_answers') }}
)

select * from final
