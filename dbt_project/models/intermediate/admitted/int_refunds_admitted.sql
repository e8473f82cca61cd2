with final as (
    {{ admitted_rows('refunds') }}
)

select * from final
