with source as (
    select * from {{ source('finance', 'costs') }}
),

trimmed as (
    {{ trimmed_columns('costs', 'source') }}
),

typed as (
    {{ typed_columns('costs', 'trimmed') }}
),

final as (
    {{ judged_columns('costs', 'typed') }}
)

select * from final
