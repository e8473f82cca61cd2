with source as (
    select * from {{ source('crm', 'interactions') }}
),

trimmed as (
    {{ trimmed_columns('interactions', 'source') }}
),

typed as (
    {{ typed_columns('interactions', 'trimmed') }}
),

final as (
    {{ judged_columns('interactions', 'typed') }}
)

select * from final
