-- depends_on: {{ ref('int_rate_gaps') }}
-- What winning and keeping customers cost, for the whole company: costs are not delivered by customer. A period some
-- month of which has no cost at all has no rows: that month was not delivered, and half a period's cost is no cost.
with monthly as (
    select
        {{ month_of('costs.month') }} as cost_month,
        costs.kind,
        coalesce(costs.channel_or_programme, '(none)') as channel_or_programme,
        {{ in_base('costs.amount', rate_to_base('null', 'costs.currency', 'rates.rate_to_base')) }} as amount
    from {{ ref('int_costs_admitted') }} as costs
    {{ join_month_rates('costs.month', 'costs.currency') }}
),

period_months as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        months.period_start as cost_month
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_periods') }} as months
        on months.period_type = 'month' and months.period_end between periods.period_start and periods.period_end
),

told as (
    select
        period_months.period_type,
        period_months.period_end
    from period_months
    left join (select distinct cost_month from monthly) as cost_months
        on period_months.cost_month = cost_months.cost_month
    group by period_months.period_type, period_months.period_end
    having count(*) = count(cost_months.cost_month)
),

summed as (
    select
        period_months.period_type,
        period_months.period_start,
        period_months.period_end,
        monthly.kind,
        monthly.channel_or_programme,
        {{ amount_sum('monthly.amount') }} as amount
    from period_months
    inner join told
        on period_months.period_type = told.period_type and period_months.period_end = told.period_end
    inner join monthly on period_months.cost_month = monthly.cost_month
    group by
        period_months.period_type, period_months.period_start, period_months.period_end, monthly.kind,
        monthly.channel_or_programme
),

final as (
    select
        whole_scopes.audience,
        whole_scopes.scope_type,
        whole_scopes.scope_value,
        summed.period_type,
        summed.period_start,
        summed.period_end,
        summed.kind,
        summed.channel_or_programme,
        summed.amount
    from ({{ whole_scopes() }}) as whole_scopes
    cross join summed
    -- An audience that sees a part of the company has no part of the costs.
    where scope_type = 'company' or {{ is_whole_company_audience() }}
)

select * from final
