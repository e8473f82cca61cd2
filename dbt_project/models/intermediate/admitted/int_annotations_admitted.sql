with final as (
    {{ admitted_rows('annotations') }}
)

select * from final
