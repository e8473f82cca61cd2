with staged as (
    select * from {{ ref('stg_crm__cases') }}
),

referred as (
    {{ referred_rows('cases', 'staged') }}
),

final as (
    {{ judged_rows('cases', 'referred') }}
)

select * from final
