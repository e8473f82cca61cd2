{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}

with counted as (
    select
        *,
        customers as at_risk_rate_numerator,
        case when is_available then active_customers end as at_risk_rate_denominator
    from {{ ref('fct_risk_signals') }}
),

rates as (
    select
        *,
        {{ rate('at_risk_rate_numerator', 'at_risk_rate_denominator') }} as at_risk_rate,
        {{ wilson_low('at_risk_rate_numerator', 'at_risk_rate_denominator') }} as at_risk_rate_low,
        {{ wilson_high('at_risk_rate_numerator', 'at_risk_rate_denominator') }} as at_risk_rate_high
    from counted
),

judged as (
    {{ suppressed_rows('rates', 'active_customers', ['period_type', 'period_start', 'period_end', 'signal']) }}
),

final as (
    select
        {{ scope | join(', ') }},
        signal,
        is_available,
        is_suppressed,
        {%- for figure in [
            'customers', 'unlisted_customers', 'value_at_stake', 'at_risk_rate', 'at_risk_rate_numerator',
            'at_risk_rate_denominator', 'at_risk_rate_low', 'at_risk_rate_high',
        ] %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
