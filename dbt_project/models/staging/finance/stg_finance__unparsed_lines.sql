with source as (
    select * from {{ source('finance', 'unparsed_lines') }}
),

final as (
    {{ unparsed_line_columns('finance', 'source') }}
)

select * from final
