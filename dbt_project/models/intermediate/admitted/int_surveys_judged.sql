with final as (
    {{ judged_rows('surveys', referred_rows('surveys')) }}
)

select * from final
