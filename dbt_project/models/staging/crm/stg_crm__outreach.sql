with source as (
    select * from {{ source('crm', 'outreach') }}
),

trimmed as (
    {{ trimmed_columns('outreach', 'source') }}
),

typed as (
    {{ typed_columns('outreach', 'trimmed') }}
),

final as (
    {{ judged_columns('outreach', 'typed') }}
)

select * from final
