-- Orders, buyers and net revenue of every scope and period: what was ordered in it, and the twelve months (or the history)
-- up to its end. An audience without a filter has the company's rows.
with copies as (
    {{ audience_copies() }}
),

periods as (
    select period_type, period_start, period_end
    from {{ ref('int_periods') }}
    union all
    select 'history' as period_type, min(period_start) over () as period_start, period_end
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

figures as (
    select
        standing.*,
        periods.period_start
    from {{ ref('int_order_concentration') }} as standing
    inner join periods on standing.period_type = periods.period_type and standing.period_end = periods.period_end
),

final as (
    select
        {{ copied_scope('figures', 'copies') }},
        figures.period_type,
        figures.period_start,
        figures.period_end,
        {%- for column in ['orders', 'buyers', 'returning_buyers', 'returning_orders'] %}
        cast(coalesce(sums.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in ['revenue', 'returning_revenue', 'margin'] %}
        cast(coalesce(sums.{{ column }}, 0) as decimal(18, 2)) as {{ column }},
        {%- endfor %}
        cast(coalesce(sums.unknown_margins, 0) as bigint) as unknown_margins,
        {%- for column in ['revenue_squared', 'returning_revenue_squared', 'returning_revenue_product'] %}
        cast(coalesce(sums.{{ column }}, 0) as decimal(38, 4)) as {{ column }},
        {%- endfor %}
        figures.orders_12m,
        figures.buyers_12m,
        figures.revenue_12m,
        figures.buyers_ever,
        figures.repeat_buyers,
        figures.top20_buyers,
        figures.top20_revenue,
        figures.main_buyers
    from figures
    inner join copies on figures.audience = copies.rows_of
    left join {{ ref('int_order_sums') }} as sums
        on
            figures.audience = sums.audience
            and figures.scope_type = sums.scope_type
            and figures.scope_value = sums.scope_value
            and figures.period_type = sums.period_type
            and figures.period_end = sums.period_end
    -- What moved from one place to another leaves rows of nothing.
    where figures.buyers_ever <> 0 or figures.revenue_12m <> 0 or coalesce(sums.revenue, 0) <> 0
)

select * from final
