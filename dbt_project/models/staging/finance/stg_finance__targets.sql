with source as (
    select * from {{ source('finance', 'targets') }}
),

trimmed as (
    {{ trimmed_columns('targets', 'source') }}
),

typed as (
    {{ typed_columns('targets', 'trimmed') }}
),

final as (
    {{ judged_columns('targets', 'typed') }}
)

select * from final
