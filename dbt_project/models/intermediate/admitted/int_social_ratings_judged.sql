with final as (
    {{ judged_rows('social_ratings', referred_rows('social_ratings')) }}
)

select * from final
