with staged as (
    select * from {{ ref('stg_crm__interactions') }}
),

referred as (
    {{ referred_rows('interactions', 'staged') }}
),

final as (
    {{ judged_rows('interactions', 'referred') }}
)

select * from final
