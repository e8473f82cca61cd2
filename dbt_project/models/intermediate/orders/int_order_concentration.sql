{%- set further = ['order_channel'] -%}
{%- set scope_types = var('scope_types') + further -%}
{%- set from_the_top -%}
over (partition by scope_number, period_number order by step desc rows between unbounded preceding and current row)
{%- endset -%}
-- Trailing figures of every scope and period, and on whom the revenue hangs. Nobody is sorted but those who matter: buyers
-- are counted in steps of revenue; only in the step in which the top fifth ends, and in that in which four fifths of the
-- revenue are reached, they are looked at by their exact revenue. Years are the years to date that end with December.
with
{{ revenue_steps() }},

totals as (
    select
        scope_number,
        period_number,
        cast(sum(buyers) as bigint) as buyers,
        cast(sum(orders) as bigint) as orders,
        cast(sum(revenue) as decimal(18, 2)) as revenue,
        cast(sum(buyers_ever) as bigint) as buyers_ever,
        cast(sum(repeat_buyers) as bigint) as repeat_buyers,
        -- The ceiling of n / 5, in whole numbers.
        cast(floor((sum(buyers) + 4) / 5) as bigint) as places
    from steps
    group by scope_number, period_number
),

climbed as (
    select
        scope_number,
        period_number,
        step,
        buyers,
        revenue,
        sum(buyers) {{ from_the_top }} - buyers as buyers_above,
        sum(revenue) {{ from_the_top }} - revenue as revenue_above
    from steps
    where step >= 0 and buyers > 0
),

-- The steps that must be looked into.
edges as (
    select
        climbed.*,
        totals.places,
        totals.revenue as revenue_of_all,
        climbed.buyers_above < totals.places and climbed.buyers_above + climbed.buyers >= totals.places as is_top_edge,
        climbed.step > 0 and totals.revenue > 0
        and 5 * climbed.revenue_above < 4 * totals.revenue
        and 5 * (climbed.revenue_above + climbed.revenue) >= 4 * totals.revenue as is_main_edge
    from climbed
    inner join totals
        on
            climbed.scope_number = totals.scope_number
            and climbed.period_number = totals.period_number
),

looked_into as (
    select * from edges
    where is_top_edge or is_main_edge
),

wanted as (
    select
        looked_into.scope_number,
        looked_into.period_number,
        looked_into.step,
        scopes.grouped_type,
        scopes.code,
        scopes.audience_number,
        period_cells.cell
    from looked_into
    inner join scopes on looked_into.scope_number = scopes.scope_number
    inner join period_cells on looked_into.period_number = period_cells.period_number
),

near_an_edge as (
    select counted.*
    from counted
    inner join (select distinct cell, step from wanted) as edge_cells
        on counted.cell = edge_cells.cell and counted.step = edge_cells.step
),

looked_at as (
    {{ coded_rows('near_an_edge', ['cell', 'step', 'revenue', 'weight'], further) }}
),

members as (
    {%- for scope_type in [none] + scope_types %}
    select
        wanted.scope_number, wanted.period_number, wanted.step,
        looked_at.revenue, looked_at.weight
    from looked_at
    inner join wanted
        on
            looked_at.cell = wanted.cell
            and looked_at.step = wanted.step
            and wanted.grouped_type = '{{ scope_type or '(all)' }}'
            {%- if scope_type %}
            and looked_at.{{ scope_type }} = wanted.code
            {%- endif %}
    where
        wanted.audience_number = 0
        {%- for audience in filtered_audiences() %}
        or (wanted.audience_number = {{ loop.index }} and {{ is_seen_by(loop.index, 'looked_at.mask') }})
        {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Buyers of equal revenue are ranked together: which of them is the last in changes no sum.
revenues as (
    select
        scope_number,
        period_number,
        step,
        revenue,
        cast(sum(weight) as bigint) as buyers
    from members
    group by scope_number, period_number, step, revenue
    having sum(weight) > 0
),

ranked as (
    select
        edges.*,
        revenues.revenue as buyer_revenue,
        revenues.buyers as equal_buyers,
        edges.buyers_above + sum(revenues.buyers) over in_step - revenues.buyers as better_buyers,
        edges.revenue_above + sum(revenues.buyers * revenues.revenue) over in_step
        - revenues.buyers * revenues.revenue as better_revenue
    from revenues
    inner join looked_into as edges
        on
            revenues.scope_number = edges.scope_number
            and revenues.period_number = edges.period_number
            and revenues.step = edges.step
    window in_step as (
        partition by revenues.scope_number, revenues.period_number, revenues.step
        order by revenues.revenue desc rows between unbounded preceding and current row
    )
),

found as (
    select
        scope_number,
        period_number,
        max(case when is_top_edge then revenue_above end)
        + sum(case
            when is_top_edge and better_buyers < places then buyer_revenue * least(equal_buyers, places - better_buyers)
        end) as top20_revenue,
        max(case when is_main_edge then buyers_above end)
        + sum(case
            when is_main_edge and 4 * revenue_of_all > 5 * better_revenue
                -- In whole cents: quotients of integers that divide are exact.
                then least(equal_buyers, cast(ceil(
                    cast(100 * (4 * revenue_of_all - 5 * better_revenue) as bigint) / cast(500 * buyer_revenue as bigint)
                ) as bigint))
        end) as main_buyers
    from ranked
    group by scope_number, period_number
),

of_periods as (
    select
        scopes.audience,
        scopes.scope_type,
        scopes.scope_value,
        periods.period_type,
        periods.period_end,
        totals.buyers as buyers_12m,
        totals.orders as orders_12m,
        totals.revenue as revenue_12m,
        totals.buyers_ever,
        totals.repeat_buyers,
        totals.places as top20_buyers,
        cast(coalesce(found.top20_revenue, 0) as decimal(18, 2)) as top20_revenue,
        cast(coalesce(found.main_buyers, 0) as bigint) as main_buyers
    from totals
    inner join scopes on totals.scope_number = scopes.scope_number
    inner join periods on totals.period_number = periods.period_number
    left join found
        on
            totals.scope_number = found.scope_number
            and totals.period_number = found.period_number
),

final as (
    select * from of_periods
    union all
    select
        audience, scope_type, scope_value, 'year' as period_type, period_end, buyers_12m, orders_12m, revenue_12m, buyers_ever,
        repeat_buyers, top20_buyers, top20_revenue, main_buyers
    from of_periods
    where
        period_type = 'ytd'
        and period_end in (select period_end from {{ ref('int_periods') }} where period_type = 'year')
)

select * from final
