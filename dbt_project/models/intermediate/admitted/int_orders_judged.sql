with final as (
    {{ judged_rows('orders', referred_rows('orders')) }}
)

select * from final
