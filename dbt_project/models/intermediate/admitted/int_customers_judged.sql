-- A merged customer often leaves the snapshot; its orders and contracts must still find who it was merged into.
with final as (
    {{ judged_rows('customers', referred_rows('customers'), kept='merged_into is not null') }}
)

select * from final
