with source as (
    select * from {{ source('crm', 'contracts') }}
),

trimmed as (
    {{ trimmed_columns('contracts', 'source') }}
),

typed as (
    {{ typed_columns('contracts', 'trimmed') }}
),

final as (
    {{ judged_columns('contracts', 'typed') }}
)

select * from final
