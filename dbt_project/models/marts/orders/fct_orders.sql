{%- set keys = ['period_type', 'period_start', 'period_end'] -%}

with customer_rows as (
    select * from {{ ref('int_customer_order_periods') }}
),

placed as (
    {{ placed_customers('customer_rows') }}
),

audience_rows as (
    {{ audience_rows('placed') }}
),

totals as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        cast(sum(orders) as bigint) as orders,
        count(case when orders > 0 then 1 end) as buyers,
        count(case when returning_orders > 0 then 1 end) as returning_buyers,
        cast(sum(returning_orders) as bigint) as returning_orders,
        {{ amount_sum('revenue') }} as revenue,
        {{ amount_sum('returning_revenue') }} as returning_revenue,
        {{ amount_sum('margin') }} as margin,
        cast(sum(unknown_margins) as bigint) as unknown_margins,
        {{ product_sum('revenue', 'revenue') }} as revenue_squared,
        {{ product_sum('returning_revenue', 'returning_revenue') }} as returning_revenue_squared,
        {{ product_sum('returning_revenue', 'revenue') }} as returning_revenue_product,
        cast(sum(orders_12m) as bigint) as orders_12m,
        count(case when orders_12m > 0 then 1 end) as buyers_12m,
        {{ amount_sum('revenue_12m') }} as revenue_12m,
        count(case when orders_ever > 0 then 1 end) as buyers_ever,
        count(case when orders_ever > 1 then 1 end) as repeat_buyers
    from audience_rows
    group by {{ scope_sets(keys) }}
),

-- Who is among the top fifth depends on who else is in the scope: every scope ranks its own buyers. Buyers of equal
-- revenue are ranked together: which of them is the last in changes no sum.
revenues as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        revenue_12m,
        count(*) as buyers
    from audience_rows
    where orders_12m > 0
    group by {{ scope_sets(keys + ['revenue_12m']) }}
),

ranked as (
    select
        *,
        sum(buyers) over (
            partition by audience, scope_type, scope_value, {{ keys | join(', ') }}
            order by revenue_12m desc
            rows between unbounded preceding and current row
        ) - buyers as buyers_above,
        -- The ceiling of n / 5, in whole numbers.
        cast(floor((sum(buyers) over (
            partition by audience, scope_type, scope_value, {{ keys | join(', ') }}
        ) + 4) / 5) as bigint) as places
    from revenues
),

tops as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        max(places) as top20_buyers,
        {{ amount_sum('revenue_12m * least(buyers, places - buyers_above)') }} as top20_revenue
    from ranked
    where buyers_above < places
    group by audience, scope_type, scope_value, {{ keys | join(', ') }}
),

final as (
    select
        totals.*,
        coalesce(tops.top20_buyers, 0) as top20_buyers,
        cast(coalesce(tops.top20_revenue, 0) as decimal(18, 2)) as top20_revenue
    from totals
    left join tops
        on
            totals.audience = tops.audience
            and totals.scope_type = tops.scope_type
            and totals.scope_value = tops.scope_value
            and totals.period_type = tops.period_type
            and totals.period_end = tops.period_end
)

select * from final
