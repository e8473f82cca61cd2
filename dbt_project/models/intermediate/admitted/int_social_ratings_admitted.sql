with final as (
    {{ admitted_rows('social_ratings') }}
)

select * from final
