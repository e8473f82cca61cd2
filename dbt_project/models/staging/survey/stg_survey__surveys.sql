with source as (
    select * from {{ source('survey', 'surveys') }}
),

trimmed as (
    {{ trimmed_columns('surveys', 'source') }}
),

typed as (
    {{ typed_columns('surveys', 'trimmed') }}
),

final as (
    {{ judged_columns('surveys', 'typed') }}
)

select * from final
