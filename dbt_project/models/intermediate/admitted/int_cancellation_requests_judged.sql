with final as (
    {{ judged_rows('cancellation_requests', referred_rows('cancellation_requests')) }}
)

select * from final
