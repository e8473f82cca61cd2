{%- set keys = ['period_type', 'period_start', 'period_end', 'cohort_month', 'cohort_basis'] -%}
with cohorts as (
    select
        *,
        {{ rate('active_customers', 'cohort_size') }} as retention_rate,
        {{ wilson_low('active_customers', 'cohort_size') }} as retention_low,
        {{ wilson_high('active_customers', 'cohort_size') }} as retention_high
    from {{ ref('fct_cohorts') }}
),

judged as ({{ suppressed_rows('cohorts', 'cohort_size', keys) }}),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        cohort_month,
        age_months,
        cohort_basis,
        is_open,
        is_suppressed,
        {{ shown('cohort_size') }},
        {{ shown('active_customers') }},
        {{ shown('retention_rate') }},
        {{ shown('retention_low') }},
        {{ shown('retention_high') }}
    from judged
)

select * from final
