with source as (
    select * from {{ source('crm', 'referrals') }}
),

trimmed as (
    {{ trimmed_columns('referrals', 'source') }}
),

typed as (
    {{ typed_columns('referrals', 'trimmed') }}
),

final as (
    {{ judged_columns('referrals', 'typed') }}
)

select * from final
