with source as (
    select * from {{ source('crm', 'case_reviews') }}
),

trimmed as (
    {{ trimmed_columns('case_reviews', 'source') }}
),

typed as (
    {{ typed_columns('case_reviews', 'trimmed') }}
),

final as (
    {{ judged_columns('case_reviews', 'typed') }}
)

select * from final
