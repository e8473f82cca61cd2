with source as (
    select * from {{ source('crm', 'cancellation_requests') }}
),

trimmed as (
    {{ trimmed_columns('cancellation_requests', 'source') }}
),

typed as (
    {{ typed_columns('cancellation_requests', 'trimmed') }}
),

final as (
    {{ judged_columns('cancellation_requests', 'typed') }}
)

select * from final
