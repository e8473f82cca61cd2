{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set rates = [
    ('voluntary_churn_rate', 'voluntary_customers', 'customers_start'),
    ('involuntary_churn_rate', 'involuntary_customers', 'customers_start'),
    ('silent_rate', 'silent_customers', 'silent_denominator'),
] -%}
with losses as (
    select
        *,
        case when silent_customers is not null then lost_customers end as silent_denominator
    from {{ ref('fct_losses') }}
),

rates as (
    select
        *
        {%- for name, numerator, denominator in rates %},
        {{ numerator }} as {{ name }}_numerator,
        {{ denominator }} as {{ name }}_denominator,
        {{ rate(numerator, denominator) }} as {{ name }},
        {{ wilson_low(numerator, denominator) }} as {{ name }}_low,
        {{ wilson_high(numerator, denominator) }} as {{ name }}_high
        {%- endfor %}
    from losses
),

-- Small is a scope that lost few, as with the reasons.
judged as (
    {{ suppressed_rows('rates', 'lost_customers', ['period_type', 'period_start', 'period_end']) }}
),

final as (
    select
        {{ scope | join(', ') }},
        is_suppressed,
        {%- for figure in [
            'lost_customers', 'voluntary_customers', 'involuntary_customers', 'silent_customers',
            'lost_mrr', 'voluntary_mrr', 'involuntary_mrr',
        ] %}
        {{ shown(figure) }},
        {%- endfor %}
        {%- for name, numerator, denominator in rates %}
        {%- set last_rate = loop.last %}
        {%- for part in ['', '_numerator', '_denominator', '_low', '_high'] %}
        {{ shown(name ~ part) }}{{ ',' if not (last_rate and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from judged
)

select * from final
