with final as (
    {{ admitted_rows('interactions') }}
)

select * from final
