with source as (
    select * from {{ source('crm', 'refunds') }}
),

trimmed as (
    {{ trimmed_columns('refunds', 'source') }}
),

typed as (
    {{ typed_columns('refunds', 'trimmed') }}
),

final as (
    {{ judged_columns('refunds', 'typed') }}
)

select * from final
