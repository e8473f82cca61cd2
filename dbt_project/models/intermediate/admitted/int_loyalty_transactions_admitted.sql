with final as (
    {{ admitted_rows('loyalty_transactions') }}
)

select * from final
