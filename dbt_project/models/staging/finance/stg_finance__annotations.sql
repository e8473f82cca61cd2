with source as (
    select * from {{ source('finance', 'annotations') }}
),

trimmed as (
    {{ trimmed_columns('annotations', 'source') }}
),

typed as (
    {{ typed_columns('annotations', 'trimmed') }}
),

final as (
    {{ judged_columns('annotations', 'typed') }}
)

select * from final
