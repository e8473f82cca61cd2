with staged as (
    select * from {{ ref('stg_survey__surveys') }}
),

referred as (
    {{ referred_rows('surveys', 'staged') }}
),

final as (
    {{ judged_rows('surveys', 'referred') }}
)

select * from final
