{%- set keys = ['audience', 'scope_type', 'scope_value', 'cohort_basis', 'age_months'] -%}
{%- set until_now -%}
over (partition by {{ keys | join(', ') }} order by period_start rows between unbounded preceding and current row)
{%- endset -%}
-- The columns of the cohort triangle: every month another cohort reaches an age and joins its column. A cohort that is
-- withheld joins none: it would be what the column of the month is more than that of the month before.
with judged as ({{ suppressed_cohorts(ref('fct_cohorts')) }}),

reached as (
    select
        {{ keys | join(', ') }},
        period_start as reached_in,
        lead(period_start) over (partition by {{ keys | join(', ') }} order by period_start) as next_reached_in,
        sum(case when is_suppressed then 0 else 1 end) {{ until_now }} as cohorts,
        sum(case when not is_suppressed then cohort_size end) {{ until_now }} as cohort_size,
        sum(case when not is_suppressed then active_customers end) {{ until_now }} as active_customers
    from judged
    where not is_open
),

totals as (
    select
        reached.*,
        reached.cohorts = 0 as is_suppressed,
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
        cast(case when not is_suppressed then cohorts end as bigint) as cohorts,
        cast(cohort_size as bigint) as cohort_size,
        cast(active_customers as bigint) as active_customers,
        retention_rate,
        retention_low,
        retention_high
    from totals
)

select * from final
