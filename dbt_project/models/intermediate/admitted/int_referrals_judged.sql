with final as (
    {{ judged_rows('referrals', referred_rows('referrals')) }}
)

select * from final
