with source as (
    select * from {{ source('survey', 'survey_answers') }}
),

trimmed as (
    {{ trimmed_columns('survey_answers', 'source') }}
),

typed as (
    {{ typed_columns('survey_answers', 'trimmed') }}
),

final as (
    {{ judged_columns('survey_answers', 'typed') }}
)

select * from final
