with final as (
    {{ admitted_rows('case_reviews') }}
)

select * from final
