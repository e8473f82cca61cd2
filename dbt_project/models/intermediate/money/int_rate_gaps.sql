-- Currencies and months some figure needs a rate of and nobody delivered: must be empty, a test stops the build.
with bounds as (
    select
        min(period_start) as first_start,
        max(period_end) as last_end
    from {{ ref('int_periods') }}
),

edges as (
    select distinct period_end as edge_on from {{ ref('int_periods') }} where period_type = 'month'
    union
    select min(day_before) as edge_on from {{ ref('int_periods') }}
),

-- Single amounts, each read at the rate of its own month.
amounts as (
    select
        lines.line_kind || 's' as needed_by,
        lines.currency_code,
        lines.line_on as spent_on
    from {{ ref('int_order_lines') }} as lines
    where lines.rate_to_base is null

    union all

    select 'costs' as needed_by, currency as currency_code, month as spent_on
    from {{ ref('int_costs_admitted') }}

    union all

    select 'offers' as needed_by, currency as currency_code, accepted_on as spent_on
    from {{ ref('int_retention_offers_admitted') }}
    where accepted_on is not null and cost > 0

    union all

    select 'points' as needed_by, currency as currency_code, occurred_on as spent_on
    from {{ ref('int_loyalty_transactions_admitted') }}
    where cost > 0
),

needs as (
    -- What is paid at an edge is read at the rate of the edge's month ...
    select distinct
        'contracts' as needed_by,
        spans.currency_code,
        {{ month_of('edges.edge_on') }} as rate_month,
        -- ... or, on the day before the first period, at the rate of the month after it.
        case
            when edges.edge_on < bounds.first_start then {{ add_months(month_of('edges.edge_on'), 1) }}
        end as other_month
    from {{ ref('int_mrr_spans') }} as spans
    inner join edges on {{ is_within('edges.edge_on', 'spans.valid_from', 'spans.valid_until') }}
    cross join bounds
    where spans.mrr_at_monthly_rate > 0

    union all

    -- Amounts are read from eleven months before the first month: it has trailing figures, too.
    select distinct
        amounts.needed_by,
        amounts.currency_code,
        {{ month_of('amounts.spent_on') }} as rate_month,
        cast(null as date) as other_month
    from amounts
    cross join bounds
    where
        amounts.currency_code <> {{ sql_text(var('base_currency')) }}
        and amounts.spent_on >= {{ add_months('bounds.first_start', -11) }}
        and amounts.spent_on <= bounds.last_end
),

final as (
    select
        needs.needed_by,
        needs.currency_code,
        needs.rate_month
    from needs
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on
            needs.currency_code = rates.currency_code
            and rates.rate_month in (needs.rate_month, needs.other_month)
    where rates.rate_to_base is null
)

select * from final
