with source as (
    select * from {{ source('survey', 'survey_questions') }}
),

trimmed as (
    {{ trimmed_columns('survey_questions', 'source') }}
),

typed as (
    {{ typed_columns('survey_questions', 'trimmed') }}
),

final as (
    {{ judged_columns('survey_questions', 'typed') }}
)

select * from final
