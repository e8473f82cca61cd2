with source as (
    select * from {{ source('survey', 'survey_invitations') }}
),

trimmed as (
    {{ trimmed_columns('survey_invitations', 'source') }}
),

typed as (
    {{ typed_columns('survey_invitations', 'trimmed') }}
),

final as (
    {{ judged_columns('survey_invitations', 'typed') }}
)

select * from final
