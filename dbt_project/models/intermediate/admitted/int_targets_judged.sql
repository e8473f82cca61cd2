with staged as (
    select * from {{ ref('stg_finance__targets') }}
),

referred as (
    {{ referred_rows('targets', 'staged') }}
),

final as (
    {{ judged_rows('targets', 'referred') }}
)

select * from final
