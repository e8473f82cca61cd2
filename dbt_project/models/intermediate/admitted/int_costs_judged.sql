with staged as (
    select * from {{ ref('stg_finance__costs') }}
),

referred as (
    {{ referred_rows('costs', 'staged') }}
),

final as (
    {{ judged_rows('costs', 'referred') }}
)

select * from final
