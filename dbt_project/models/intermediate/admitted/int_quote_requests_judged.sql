with final as (
    {{ judged_rows('quote_requests', referred_rows('quote_requests')) }}
)

select * from final
