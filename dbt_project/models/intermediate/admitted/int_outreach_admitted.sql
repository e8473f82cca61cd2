with final as (
    {{ admitted_rows('outreach') }}
)

select * from final
