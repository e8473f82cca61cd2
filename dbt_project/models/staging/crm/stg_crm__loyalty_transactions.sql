with source as (
    select * from {{ source('crm', 'loyalty_transactions') }}
),

trimmed as (
    {{ trimmed_columns('loyalty_transactions', 'source') }}
),

typed as (
    {{ typed_columns('loyalty_transactions', 'trimmed') }}
),

final as (
    {{ judged_columns('loyalty_transactions', 'typed') }}
)

select * from final
