with final as (
    {{ admitted_rows('costs') }}
)

select * from final
