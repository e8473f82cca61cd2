with source as (
    select * from {{ source('survey', 'survey_responses') }}
),

trimmed as (
    {{ trimmed_columns('survey_responses', 'source') }}
),

typed as (
    {{ typed_columns('survey_responses', 'trimmed') }}
),

final as (
    {{ judged_columns('survey_responses', 'typed') }}
)

select * from final
