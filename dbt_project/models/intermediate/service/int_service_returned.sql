-- Cases about an order, and orders, by the order's channel. Orders are many and a channel is no customer's: the company
-- has these rows, and every audience that is the whole company.
with months as (
    {{ months_of_periods() }}
),

scopes as (
    {{ whole_scopes() }}
),

ordered as (
    select
        line_month as month_start,
        coalesce(channel, '(none)') as order_channel,
        0 as returns_numerator,
        count(*) as returns_denominator
    from {{ ref('int_order_lines') }}
    where line_kind = 'order'
    group by line_month, coalesce(channel, '(none)')
),

returned as (
    select
        {{ month_of('opened_on') }} as month_start,
        order_channel,
        count(*) as returns_numerator,
        0 as returns_denominator
    from {{ ref('int_cases_timed') }}
    where order_channel is not null
    group by {{ month_of('opened_on') }}, order_channel
),

counted as (
    select * from ordered
    union all
    select * from returned
),

final as (
    select
        scopes.audience,
        scopes.scope_type,
        scopes.scope_value,
        months.period_type,
        months.period_start,
        months.period_end,
        'order_channel' as breakdown,
        counted.order_channel as value,
        sum(counted.returns_numerator) as returns_numerator,
        sum(counted.returns_denominator) as returns_denominator
    from counted
    inner join months on counted.month_start = months.month_start
    cross join scopes
    where
        (scopes.scope_type = 'company' or {{ is_whole_company_audience() }})
        and months.period_end >= (select min(opened_on) from {{ ref('int_cases_timed') }})
    group by
        scopes.audience,
        scopes.scope_type,
        scopes.scope_value,
        months.period_type,
        months.period_start,
        months.period_end,
        counted.order_channel
)

select * from final
