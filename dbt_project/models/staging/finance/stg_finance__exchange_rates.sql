with source as (
    select * from {{ source('finance', 'exchange_rates') }}
),

trimmed as (
    {{ trimmed_columns('exchange_rates', 'source') }}
),

typed as (
    {{ typed_columns('exchange_rates', 'trimmed') }}
),

final as (
    {{ judged_columns('exchange_rates', 'typed') }}
)

select * from final
