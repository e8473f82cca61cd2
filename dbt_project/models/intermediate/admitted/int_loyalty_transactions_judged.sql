with final as (
    {{ judged_rows('loyalty_transactions', referred_rows('loyalty_transactions')) }}
)

select * from final
