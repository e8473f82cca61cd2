with final as (
    {{ judged_rows('costs', referred_rows('costs')) }}
)

select * from final
