{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}

with judged as (
    {{ suppressed_rows(
        ref('fct_tier_moves'), 'customers', ['period_type', 'period_start', 'period_end'],
        order_by=['scope_value', 'from_tier', 'to_tier']
    ) }}
),

final as (
    select
        {{ scope | join(', ') }},
        from_tier,
        to_tier,
        is_suppressed,
        {{ shown('customers') }}
    from judged
)

select * from final
