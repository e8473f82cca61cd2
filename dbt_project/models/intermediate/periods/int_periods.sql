-- Every period figures are computed for. A further period type is a further CTE here: everything downstream carries
-- period_type and takes its sets at the period's own edges.
with recursive bounds as (
    select
        cast('{{ var("first_month") }}-01' as date) as first_month,
        data_through
    from {{ ref('int_as_of') }}
),

months as (
    select
        first_month as period_start,
        data_through
    from bounds
    where first_month <= data_through

    union all

    select
        {{ add_months('period_start', 1) }} as period_start,
        data_through
    from months
    where {{ add_months('period_start', 1) }} <= data_through
),

ended as (
    select
        'month' as period_type,
        period_start,
        {{ month_end('period_start') }} as period_end,
        {{ add_months('period_start', -1) }} as previous_start
    from months
    where {{ month_end('period_start') }} <= data_through
),

final as (
    select
        period_type,
        period_start,
        period_end,
        {{ dbt.datediff('period_start', 'period_end', 'day') }} + 1 as days_in_period,
        {{ add_days('period_start', -1) }} as day_before,
        case when previous_start >= (select first_month from bounds) then previous_start end as previous_start
    from ended
)

select * from final
