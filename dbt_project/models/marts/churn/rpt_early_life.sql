{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set figures = [
    'joined_customers', 'lost_customers', 'early_churn_rate', 'early_churn_rate_numerator',
    'early_churn_rate_denominator', 'early_churn_rate_low', 'early_churn_rate_high',
] -%}
with rates as (
    select
        *,
        lost_customers as early_churn_rate_numerator,
        joined_customers as early_churn_rate_denominator,
        {{ rate('lost_customers', 'joined_customers') }} as early_churn_rate,
        {{ wilson_low('lost_customers', 'joined_customers') }} as early_churn_rate_low,
        {{ wilson_high('lost_customers', 'joined_customers') }} as early_churn_rate_high
    from {{ ref('fct_early_life') }}
),

rows_judged as (
    {{ suppressed_rows('rates', 'joined_customers', ['period_type', 'period_start', 'period_end', 'onboarding']) }}
),

-- Of the two halves of one group neither is shown without the other: all less one is the other.
judged as (
    select
        {{ scope | join(', ') }},
        onboarding,
        {%- for figure in figures %}
        {{ figure }},
        {%- endfor %}
        max(case when is_suppressed then 1 else 0 end) over (
            partition by {{ scope | join(', ') }}, case when onboarding = 'all' then 1 else 0 end
        ) = 1 as is_suppressed
    from rows_judged
),

final as (
    select
        {{ scope | join(', ') }},
        onboarding,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
