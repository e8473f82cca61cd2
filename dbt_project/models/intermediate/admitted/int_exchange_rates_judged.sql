with final as (
    {{ judged_rows('exchange_rates', referred_rows('exchange_rates')) }}
)

select * from final
