-- Currencies and months some figure needs a rate of and nobody delivered: must be empty, a test stops the build.
with bounds as (
    select
        min(period_start) as first_start,
        max(period_end) as last_end
    from {{ ref('int_periods') }}
),

needs as (
    -- What is paid at an edge is read at the rate of the edge's month ...
    select distinct
        'contracts' as needed_by,
        edges.currency_code,
        {{ month_of('edges.edge_on') }} as rate_month,
        -- ... or, on the day before the first period, at the rate of the month after it.
        case
            when edges.edge_on < bounds.first_start then {{ add_months(month_of('edges.edge_on'), 1) }}
        end as other_month
    from {{ ref('int_customer_mrr_edges') }} as edges
    cross join bounds
    where edges.mrr_at_monthly_rate > 0

    union all

    -- Orders and refunds are read from eleven months before the first month: it has trailing figures, too.
    select distinct
        lines.line_kind || 's' as needed_by,
        lines.currency_code,
        lines.line_month as rate_month,
        cast(null as date) as other_month
    from {{ ref('int_order_lines') }} as lines
    cross join bounds
    where
        lines.rate_to_base is null
        and lines.line_month >= {{ add_months('bounds.first_start', -11) }}
        and lines.line_on <= bounds.last_end
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
