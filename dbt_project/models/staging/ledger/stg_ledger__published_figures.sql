with source as (
    select * from {{ source('ledger', 'published_figures') }}
),

final as (
    select
        audience,
        cast(published_month || '-01' as date) as published_month,
        cast(edition as integer) as edition,
        cast(as_of as date) as as_of,
        cast(released_at as timestamp) as released_at,
        model,
        figure,
        scope_type,
        scope_value,
        detail,
        cast(period || '-01' as date) as period_start,
        value
    from source
)

select * from final
