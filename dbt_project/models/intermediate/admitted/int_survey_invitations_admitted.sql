with final as (
    {{ admitted_rows('survey_invitations') }}
)

select * from final
