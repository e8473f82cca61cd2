with staged as (
    select * from {{ ref('stg_crm__retention_offers') }}
),

referred as (
    {{ referred_rows('retention_offers', 'staged') }}
),

final as (
    {{ judged_rows('retention_offers', 'referred') }}
)

select * from final
