with staged as (
    select * from {{ ref('stg_survey__social_ratings') }}
),

referred as (
    {{ referred_rows('social_ratings', 'staged') }}
),

final as (
    {{ judged_rows('social_ratings', 'referred') }}
)

select * from final
