with final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        kind,
        channel_or_programme,
        -- Costs are those of the whole company, never of a small group.
        false as is_suppressed,
        amount
    from {{ ref('fct_costs') }}
)

select * from final
