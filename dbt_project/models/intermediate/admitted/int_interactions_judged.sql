with final as (
    {{ judged_rows('interactions', referred_rows('interactions')) }}
)

select * from final
