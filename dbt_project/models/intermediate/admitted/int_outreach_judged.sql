with staged as (
    select * from {{ ref('stg_crm__outreach') }}
),

referred as (
    {{ referred_rows('outreach', 'staged') }}
),

final as (
    {{ judged_rows('outreach', 'referred') }}
)

select * from final
