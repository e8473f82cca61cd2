with final as (
    {{ admitted_rows('exchange_rates') }}
)

select * from final
