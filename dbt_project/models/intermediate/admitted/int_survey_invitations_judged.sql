with staged as (
    select * from {{ ref('stg_survey__survey_invitations') }}
),

referred as (
    {{ referred_rows('survey_invitations', 'staged') }}
),

final as (
    {{ judged_rows('survey_invitations', 'referred') }}
)

select * from final
