with source as (
    select * from {{ source('finance', 'delivered_files') }}
),

final as (
    {{ receipt_columns('finance', 'source') }}
)

select * from final
