{%- set figures = [
    'customers_start', 'lost_customers', 'churn_rate', 'churn_low', 'churn_high', 'gaps_at_risk', 'reorder_share',
    'reorder_low', 'reorder_high',
] -%}

with rates as (
    select
        *,
        {{ rate('lost_customers', 'customers_start') }} as churn_rate,
        {{ wilson_low('lost_customers', 'customers_start') }} as churn_low,
        {{ wilson_high('lost_customers', 'customers_start') }} as churn_high,
        round(1 - survival, 9) as reorder_share,
        round(1 - {{ survival_high('survival', 'greenwood') }}, 9) as reorder_low,
        round(1 - {{ survival_low('survival', 'greenwood') }}, 9) as reorder_high
    from {{ ref('fct_window_sensitivity') }}
),

judged as (
    {{ suppressed_rows('rates', 'customers_start', ['period_type', 'period_start', 'period_end', 'window_days']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        window_days,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
