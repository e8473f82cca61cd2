with staged as (
    select * from {{ ref('stg_crm__customers') }}
),

referred as (
    {{ referred_rows('customers', 'staged') }}
),

-- A merged customer often leaves the snapshot; its orders and contracts must still find who it was merged into.
final as (
    {{ judged_rows('customers', 'referred', kept='merged_into is not null') }}
)

select * from final
