{%- set keys = ['audience', 'scope_type', 'scope_value', 'cohort_basis', 'age_months'] -%}
{%- set until_now -%}
over (partition by {{ keys | join(', ') }} order by period_start rows between unbounded preceding and current row)
{%- endset -%}
-- The columns of the cohort triangle: every month another cohort reaches an age and joins its column.
with reached as (
    select
        {{ keys | join(', ') }},
        period_start as reached_in,
        lead(period_start) over (partition by {{ keys | join(', ') }} order by period_start) as next_reached_in,
        count(*) {{ until_now }} as cohorts,
        cast(sum(cohort_size) {{ until_now }} as bigint) as cohort_size,
        cast(sum(active_customers) {{ until_now }} as bigint) as active_customers
    from {{ ref('fct_cohorts') }}
    where not is_open
),

totals as (
    select
        reached.*,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        {{ rate('reached.active_customers', 'reached.cohort_size') }} as retention_rate,
        {{ wilson_low('reached.active_customers', 'reached.cohort_size') }} as retention_low,
        {{ wilson_high('reached.active_customers', 'reached.cohort_size') }} as retention_high
    from reached
    inner join {{ ref('int_periods') }} as periods
        on
            periods.period_type = 'month'
            and {{ is_within('periods.period_start', 'reached.reached_in', 'reached.next_reached_in') }}
),

judged as (
    {{ suppressed_rows('totals', 'cohort_size', ['period_type', 'period_end', 'cohort_basis', 'age_months']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        age_months,
        cohort_basis,
        is_suppressed,
        {{ shown('cohorts') }},
        {{ shown('cohort_size') }},
        {{ shown('active_customers') }},
        {{ shown('retention_rate') }},
        {{ shown('retention_low') }},
        {{ shown('retention_high') }}
    from judged
)

select * from final
