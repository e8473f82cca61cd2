with source as (
    select * from {{ source('crm', 'cases') }}
),

trimmed as (
    {{ trimmed_columns('cases', 'source') }}
),

typed as (
    {{ typed_columns('cases', 'trimmed') }}
),

final as (
    {{ judged_columns('cases', 'typed') }}
)

select * from final
