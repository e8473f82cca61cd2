with staged as (
    select * from {{ ref('stg_finance__annotations') }}
),

referred as (
    {{ referred_rows('annotations', 'staged') }}
),

final as (
    {{ judged_rows('annotations', 'referred') }}
)

select * from final
