with final as (
    {{ judged_rows('retention_offers', referred_rows('retention_offers')) }}
)

select * from final
