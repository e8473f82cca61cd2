-- Every period figures are computed for. All end with a closed month; everything downstream carries period_type and takes
-- its sets at the period's own edges. period_type and period_end name a period: years to date share their first day.
with recursive bounds as (
    select
        cast('{{ var("first_month") }}-01' as date) as first_month,
        data_through
    from {{ ref('int_as_of') }}
),

months as (
    select
        first_month as month_start,
        {{ month_end('first_month') }} as month_end,
        first_month,
        data_through
    from bounds
    where {{ month_end('first_month') }} <= data_through

    union all

    select
        {{ add_months('month_start', 1) }} as month_start,
        {{ month_end(add_months('month_start', 1)) }} as month_end,
        first_month,
        data_through
    from months
    where {{ month_end(add_months('month_start', 1)) }} <= data_through
),

-- What ends with a month. A quarter or a year is the one whose last month this is; a year to date ends with any month.
ended as (
    select 'month' as period_type, month_start as period_start, month_end as period_end, 1 as months_apart, first_month
    from months
    union all
    select
        'quarter' as period_type, {{ add_months('month_start', -2) }} as period_start, month_end as period_end,
        3 as months_apart, first_month
    from months
    where extract(month from month_start) in (3, 6, 9, 12)
    union all
    select
        'year' as period_type, {{ add_months('month_start', -11) }} as period_start, month_end as period_end,
        12 as months_apart, first_month
    from months
    where extract(month from month_start) = 12
    union all
    select
        'ytd' as period_type, cast({{ dbt.date_trunc('year', 'month_start') }} as date) as period_start,
        month_end as period_end, 12 as months_apart, first_month
    from months
),

dated as (
    select
        *,
        {{ add_months('period_start', '-months_apart') }} as earlier_start,
        {{ month_end(add_months(month_of('period_end'), '-months_apart')) }} as earlier_end
    from ended
    -- One that began before the first month is not complete.
    where period_start >= first_month
),

final as (
    select
        period_type,
        -- The stretch of time whose first day it shares: of years to date, the year.
        case when period_type = 'ytd' then 'year' else period_type end as block_type,
        period_start,
        period_end,
        {{ dbt.datediff('period_start', 'period_end', 'day') }} + 1 as days_in_period,
        {{ add_days('period_start', -1) }} as day_before,
        case when earlier_start >= first_month then earlier_start end as previous_start,
        case when earlier_start >= first_month then earlier_end end as previous_end
    from dated
)

select * from final
