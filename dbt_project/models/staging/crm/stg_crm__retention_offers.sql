with source as (
    select * from {{ source('crm', 'retention_offers') }}
),

trimmed as (
    {{ trimmed_columns('retention_offers', 'source') }}
),

typed as (
    {{ typed_columns('retention_offers', 'trimmed') }}
),

final as (
    {{ judged_columns('retention_offers', 'typed') }}
)

select * from final
