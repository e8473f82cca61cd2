with final as (
    {{ judged_rows('annotations', referred_rows('annotations')) }}
)

select * from final
