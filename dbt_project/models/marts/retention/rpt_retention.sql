{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
with ledger as (
    select
        *,
        {{ dbt.datediff('period_start', 'period_end', 'day') }} + 1 as days_in_period
    from {{ ref('fct_retention') }}
),

rates as (
    select
        *,
        retained_customers as retention_numerator,
        customers_start as retention_denominator,
        {{ rate('retained_customers', 'customers_start') }} as retention_rate,
        {{ wilson_low('retained_customers', 'customers_start') }} as retention_low,
        {{ wilson_high('retained_customers', 'customers_start') }} as retention_high,
        lost_customers as churn_numerator,
        customers_start as churn_denominator,
        {{ rate('lost_customers', 'customers_start') }} as churn_rate,
        {{ wilson_low('lost_customers', 'customers_start') }} as churn_low,
        {{ wilson_high('lost_customers', 'customers_start') }} as churn_high
    from ledger
),

standardised as (
    select
        *,
        churn_numerator as churn_30d_numerator,
        churn_denominator as churn_30d_denominator,
        {{ over_30_days(share('churn_numerator', 'churn_denominator'), 'days_in_period') }} as churn_30d_rate,
        {{ over_30_days('churn_low', 'days_in_period') }} as churn_30d_low,
        {{ over_30_days('churn_high', 'days_in_period') }} as churn_30d_high,
        churn_numerator as churn_annualised_numerator,
        churn_denominator as churn_annualised_denominator,
        {{ over_a_year(share('churn_numerator', 'churn_denominator'), 'days_in_period') }} as churn_annualised,
        {{ over_a_year('churn_low', 'days_in_period') }} as churn_annualised_low,
        {{ over_a_year('churn_high', 'days_in_period') }} as churn_annualised_high
    from rates
),

judged as ({{ suppressed_rows('standardised', 'customers_start', keys) }}),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        is_suppressed,
        {%- for figure in [
            'customers_start', 'customers_end', 'retained_customers', 'lost_customers', 'new_customers',
            'reactivated_customers', 'moved_in', 'moved_out', 'in_period_joiners_lost',
            'in_period_first_timers_lost', 'provisional_losses',
            'retention_rate', 'retention_numerator', 'retention_denominator', 'retention_low', 'retention_high',
            'churn_rate', 'churn_numerator', 'churn_denominator', 'churn_low', 'churn_high',
            'churn_30d_rate', 'churn_30d_numerator', 'churn_30d_denominator', 'churn_30d_low', 'churn_30d_high',
            'churn_annualised', 'churn_annualised_numerator', 'churn_annualised_denominator', 'churn_annualised_low',
            'churn_annualised_high',
        ] %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
