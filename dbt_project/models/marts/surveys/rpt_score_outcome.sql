with rates as (
    select
        *,
        lost_customers as churn_rate_numerator,
        customers as churn_rate_denominator,
        {{ rate('lost_customers', 'customers') }} as churn_rate,
        {{ wilson_low('lost_customers', 'customers') }} as churn_rate_low,
        {{ wilson_high('lost_customers', 'customers') }} as churn_rate_high
    from {{ ref('fct_score_outcome') }}
),

judged as (
    -- The bands of a survey type stand side by side.
    {{ suppressed_rows(
        'rates', 'customers', ['period_type', 'period_start', 'period_end', 'survey_type'], order_by=['score_band']
    ) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        survey_type,
        score_band,
        is_suppressed,
        {%- for figure in [
            'customers', 'lost_customers', 'churn_rate', 'churn_rate_numerator', 'churn_rate_denominator',
            'churn_rate_low', 'churn_rate_high',
        ] %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
