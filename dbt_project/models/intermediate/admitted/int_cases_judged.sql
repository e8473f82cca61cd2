with final as (
    {{ judged_rows('cases', referred_rows('cases')) }}
)

select * from final
