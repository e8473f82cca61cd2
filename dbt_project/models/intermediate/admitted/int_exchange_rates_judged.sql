with staged as (
    select * from {{ ref('stg_finance__exchange_rates') }}
),

referred as (
    {{ referred_rows('exchange_rates', 'staged') }}
),

final as (
    {{ judged_rows('exchange_rates', 'referred') }}
)

select * from final
