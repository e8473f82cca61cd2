with source as (
    select * from {{ source('survey', 'unparsed_lines') }}
),

final as (
    {{ unparsed_line_columns('survey', 'source') }}
)

select * from final
