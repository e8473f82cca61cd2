with final as (
    {{ judged_rows('survey_invitations', referred_rows('survey_invitations')) }}
)

select * from final
