with source as (
    select * from {{ source('crm', 'unparsed_lines') }}
),

final as (
    {{ unparsed_line_columns('crm', 'source') }}
)

select * from final
