with staged as (
    select * from {{ ref('stg_crm__quote_requests') }}
),

referred as (
    {{ referred_rows('quote_requests', 'staged') }}
),

final as (
    {{ judged_rows('quote_requests', 'referred') }}
)

select * from final
