with final as (
    {{ admitted_rows('orders') }}
)

select * from final
