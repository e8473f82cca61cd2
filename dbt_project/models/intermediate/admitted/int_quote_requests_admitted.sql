with final as (
    {{ admitted_rows('quote_requests') }}
)

select * from final
