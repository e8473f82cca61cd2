with staged as (
    select * from {{ ref('stg_crm__cancellation_requests') }}
),

referred as (
    {{ referred_rows('cancellation_requests', 'staged') }}
),

final as (
    {{ judged_rows('cancellation_requests', 'referred') }}
)

select * from final
