with final as (
    {{ admitted_rows('targets') }}
)

select * from final
