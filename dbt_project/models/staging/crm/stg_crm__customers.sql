with source as (
    select * from {{ source('crm', 'customers') }}
),

trimmed as (
    {{ trimmed_columns('customers', 'source') }}
),

typed as (
    {{ typed_columns('customers', 'trimmed') }}
),

final as (
    {{ judged_columns('customers', 'typed') }}
)

select * from final
