with final as (
    {{ judged_rows('targets', referred_rows('targets')) }}
)

select * from final
