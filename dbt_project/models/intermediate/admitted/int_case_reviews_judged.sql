with final as (
    {{ judged_rows('case_reviews', referred_rows('case_reviews')) }}
)

select * from final
