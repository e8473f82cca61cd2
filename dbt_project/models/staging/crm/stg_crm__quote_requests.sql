with source as (
    select * from {{ source('crm', 'quote_requests') }}
),

trimmed as (
    {{ trimmed_columns('quote_requests', 'source') }}
),

typed as (
    {{ typed_columns('quote_requests', 'trimmed') }}
),

final as (
    {{ judged_columns('quote_requests', 'typed') }}
)

select * from final
