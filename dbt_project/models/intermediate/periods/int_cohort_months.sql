-- Calendar months a cohort can be seen in: every closed month and, while it runs, the month of the as-of day.
with months as (
    select
        period_start,
        period_end,
        false as is_open
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

running as (
    select
        {{ month_of('as_of') }} as period_start,
        {{ month_end('as_of') }} as period_end,
        true as is_open
    from {{ ref('int_as_of') }}
    where
        data_through < {{ month_end('as_of') }}
        {%- if var('last_month') %}
        and {{ month_of('as_of') }} <= cast('{{ var("last_month") }}-01' as date)
        {%- endif %}
),

final as (
    select * from months
    union all
    select * from running
)

select * from final
