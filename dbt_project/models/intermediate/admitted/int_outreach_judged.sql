with final as (
    {{ judged_rows('outreach', referred_rows('outreach')) }}
)

select * from final
