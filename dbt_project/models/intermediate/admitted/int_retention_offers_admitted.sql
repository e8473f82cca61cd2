with final as (
    {{ admitted_rows('retention_offers') }}
)

select * from final
