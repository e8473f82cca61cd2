{%- set keys = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set counts = [
    'answering_customers', 'advocates', 'satisfied_customers', 'at_risk_customers', 'retained_customers',
    'captive_customers', 'loyal_customers',
] -%}
{%- set shares = {
    'advocate_share': ['advocates', 'answering_customers'],
    'captive_share': ['captive_customers', 'retained_customers'],
    'loyal_share': ['loyal_customers', 'retained_customers'],
} -%}

with rates as (
    select
        *
        {%- for share, parts in shares.items() %},
        {{ parts[0] }} as {{ share }}_numerator,
        {{ parts[1] }} as {{ share }}_denominator,
        {{ rate(parts[0], parts[1]) }} as {{ share }},
        {{ wilson_low(parts[0], parts[1]) }} as {{ share }}_low,
        {{ wilson_high(parts[0], parts[1]) }} as {{ share }}_high
        {%- endfor %}
    from {{ ref('fct_loyal_captive') }}
),

judged as (
    {{ suppressed_rows('rates', 'answering_customers', ['period_type', 'period_start', 'period_end']) }}
),

final as (
    select
        {{ keys | join(', ') }},
        is_suppressed,
        {%- for count in counts %}
        {{ shown(count) }},
        {%- endfor %}
        {%- for share in shares %}
        {%- set last_share = loop.last %}
        {%- for part in ['', '_numerator', '_denominator', '_low', '_high'] %}
        {{ shown(share ~ part) }}{{ ',' if not (last_share and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from judged
)

select * from final
