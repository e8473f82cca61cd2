{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set own = ['is_first_contact', 'is_answered_within_hour'] -%}

with rates as (
    select
        *,
        {{ rate('csat_numerator', 'csat_denominator') }} as csat,
        {{ wilson_low('csat_numerator', 'csat_denominator') }} as csat_low,
        {{ wilson_high('csat_numerator', 'csat_denominator') }} as csat_high
    from {{ ref('fct_speed_correctness') }}
),

judged as (
    {{ suppressed_rows('rates', 'csat_denominator', ['period_type', 'period_start', 'period_end'] + own) }}
),

final as (
    select
        {{ (scope + own) | join(', ') }},
        is_suppressed,
        {%- for figure in ['csat', 'csat_numerator', 'csat_denominator', 'csat_low', 'csat_high'] %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
