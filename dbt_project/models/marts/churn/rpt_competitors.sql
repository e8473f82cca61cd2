{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}

with scopes as (
    select
        {{ scope | join(', ') }},
        sum(lost_customers) as naming_customers
    from {{ ref('fct_competitors') }}
    group by {{ scope | join(', ') }}
),

-- Small is a scope in which few named anybody, not a competitor few named.
judged as (
    {{ suppressed_rows('scopes', 'naming_customers', ['period_type', 'period_start', 'period_end']) }}
),

rates as (
    select
        named.*,
        judged.is_suppressed,
        cast(judged.naming_customers as bigint) as naming_customers,
        {{ rate('named.lost_customers', 'judged.naming_customers') }} as share,
        {{ wilson_low('named.lost_customers', 'judged.naming_customers') }} as share_low,
        {{ wilson_high('named.lost_customers', 'judged.naming_customers') }} as share_high
    from {{ ref('fct_competitors') }} as named
    inner join judged
        on
            {%- for key in scope %}
            {{ 'and ' if not loop.first }}named.{{ key }} = judged.{{ key }}
            {%- endfor %}
),

final as (
    select
        {{ scope | join(', ') }},
        competitor,
        is_suppressed,
        {%- for figure in ['lost_customers', 'naming_customers', 'share', 'share_low', 'share_high'] %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rates
)

select * from final
