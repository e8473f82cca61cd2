with source as (
    select * from {{ source('crm', 'delivered_files') }}
),

final as (
    {{ receipt_columns('crm', 'source') }}
)

select * from final
