with staged as (
    select * from {{ ref('stg_crm__loyalty_transactions') }}
),

referred as (
    {{ referred_rows('loyalty_transactions', 'staged') }}
),

final as (
    {{ judged_rows('loyalty_transactions', 'referred') }}
)

select * from final
