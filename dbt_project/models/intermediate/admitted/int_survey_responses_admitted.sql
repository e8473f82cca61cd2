with final as (
    {{ admitted_rows('survey_responses') }}
)

select * from final
