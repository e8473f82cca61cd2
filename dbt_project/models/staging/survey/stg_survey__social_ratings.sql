with source as (
    select * from {{ source('survey', 'social_ratings') }}
),

trimmed as (
    {{ trimmed_columns('social_ratings', 'source') }}
),

typed as (
    {{ typed_columns('social_ratings', 'trimmed') }}
),

final as (
    {{ judged_columns('social_ratings', 'typed') }}
)

select * from final
