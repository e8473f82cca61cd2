{%- set keys = ['period_type', 'period_start', 'period_end', 'from_tier', 'to_tier'] -%}

with moves as (
    select
        *,
        1 as customers
    from {{ ref('int_tier_moves_placed') }}
),

summed as (
    {{ scope_sums('moves', keys, ['customers']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        cast(customers as bigint) as customers
    from summed
)

select * from final
