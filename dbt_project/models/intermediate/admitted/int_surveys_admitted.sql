with final as (
    {{ admitted_rows('surveys') }}
)

select * from final
