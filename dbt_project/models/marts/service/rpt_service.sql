{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set shares = ['first_contact', 'csat', 'churn_3m', 'self_service', 'told'] -%}
{%- set figures = [
    'cases', 'cases_answered', 'cases_resolved', 'resolved_cases', 'first_response_hours_median',
    'first_response_hours_p90', 'resolution_hours_median', 'resolution_hours_p90', 'first_contact_rate',
    'first_contact_numerator', 'first_contact_denominator', 'first_contact_low', 'first_contact_high', 'complaints',
    'complaints_denominator', 'complaints_per_100', 'csat', 'csat_numerator', 'csat_denominator', 'csat_low',
    'csat_high', 'churn_3m_rate', 'churn_3m_numerator', 'churn_3m_denominator', 'churn_3m_low', 'churn_3m_high',
    'self_service_rate', 'self_service_numerator', 'self_service_denominator', 'self_service_low', 'self_service_high',
    'told_rate', 'told_numerator', 'told_denominator', 'told_low', 'told_high', 'returns_per_100_orders',
    'returns_numerator', 'returns_denominator',
] -%}

with rates as (
    select
        *,
        {%- for name in ['first_response', 'resolution'] %}
        {%- for statistic in ['median', 'p90'] %}
        {{ rate(name ~ '_seconds_' ~ statistic, '3600') }} as {{ name }}_hours_{{ statistic }},
        {%- endfor %}
        {%- endfor %}
        {%- for name in shares %}
        {{ rate(name ~ '_numerator', name ~ '_denominator') }} as {{ name if name == 'csat' else name ~ '_rate' }},
        {{ wilson_low(name ~ '_numerator', name ~ '_denominator') }} as {{ name }}_low,
        {{ wilson_high(name ~ '_numerator', name ~ '_denominator') }} as {{ name }}_high,
        {%- endfor %}
        {{ rate('100 * complaints', 'complaints_denominator') }} as complaints_per_100,
        {{ rate('100 * returns_numerator', 'returns_denominator') }} as returns_per_100_orders,
        coalesce(
            nullif(cases, 0), nullif(resolved_cases, 0), nullif(csat_denominator, 0), returns_denominator
        ) as group_size
    from {{ ref('fct_service') }}
),

judged as (
    {{ suppressed_rows(
        'rates', 'group_size', ['period_type', 'period_start', 'period_end', 'breakdown'],
        order_by=['scope_value', 'value']
    ) }}
),

final as (
    select
        {{ scope | join(', ') }},
        breakdown,
        value,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
