with final as (
    {{ admitted_rows('customers') }}
)

select * from final
