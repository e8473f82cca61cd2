with source as (
    select * from {{ source('survey', 'delivered_files') }}
),

final as (
    {{ receipt_columns('survey', 'source') }}
)

select * from final
