with final as (
    {{ admitted_rows('contracts') }}
)

select * from final
