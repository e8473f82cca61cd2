with final as (
    {{ admitted_rows('referrals') }}
)

select * from final
