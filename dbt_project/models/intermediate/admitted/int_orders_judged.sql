with staged as (
    select * from {{ ref('stg_crm__orders') }}
),

referred as (
    {{ referred_rows('orders', 'staged') }}
),

final as (
    {{ judged_rows('orders', 'referred') }}
)

select * from final
