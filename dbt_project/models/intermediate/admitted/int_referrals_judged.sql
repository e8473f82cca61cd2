with staged as (
    select * from {{ ref('stg_crm__referrals') }}
),

referred as (
    {{ referred_rows('referrals', 'staged') }}
),

final as (
    {{ judged_rows('referrals', 'referred') }}
)

select * from final
