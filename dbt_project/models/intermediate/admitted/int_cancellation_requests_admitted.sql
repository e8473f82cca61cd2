with final as (
    {{ admitted_rows('cancellation_requests') }}
)

select * from final
