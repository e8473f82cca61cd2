with final as (
    {{ admitted_rows('cases') }}
)

select * from final
