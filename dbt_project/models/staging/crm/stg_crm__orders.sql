with source as (
    select * from {{ source('crm', 'orders') }}
),

trimmed as (
    {{ trimmed_columns('orders', 'source') }}
),

typed as (
    {{ typed_columns('orders', 'trimmed') }}
),

final as (
    {{ judged_columns('orders', 'typed') }}
)

select * from final
