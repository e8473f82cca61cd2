{%- set looked_at = {'step_part': 'step_part', 'revenue': 'revenue', 'weight': 'weight'} -%}
{%- set from_the_top -%}
over (partition by scope_number, period_number order by step desc rows between unbounded preceding and current row)
{%- endset -%}
-- Trailing figures of every scope and period, and on whom the revenue hangs. Nobody is sorted but those who matter: buyers
-- are counted in steps of revenue; only in the step in which the top fifth ends, and in that in which four fifths of the
-- revenue are reached, they are looked at by their exact revenue. Years are the years to date that end with December.
with
{{ revenue_steps() }},

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

-- Each of them in its parts: again it is the counts that tell where to look.
wanted as (
    {{ wanted_places('looked_into') }}
),

near_an_edge as (
    {%- for bundle in order_bundles() %}
    select standings.*
    from ({{ placed_standings(loop.index, looked_at, 'step >= 0') }}) as standings
    inner join (select distinct slot from wanted) as edge_slots
        on standings.slot = edge_slots.slot
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

place_parts as (
    select
        slot,
        step_part,
        cast(sum(weight) as bigint) as buyers,
        cast(sum(weight * revenue) as decimal(18, 2)) as revenue
    from near_an_edge
    group by slot, step_part
),

scope_parts as (
    select
        scope_number,
        cell,
        step,
        step_part,
        {{ exact_sums(['buyers', 'revenue']) }}
    from (
        select
            wanted.scope_number,
            {{ cell_of('wanted.slot') }} as cell,
            {{ step_of('wanted.slot') }} as step,
            place_parts.step_part,
            place_parts.buyers,
            place_parts.revenue
        from place_parts
        inner join wanted on place_parts.slot = wanted.slot
    ) as of_scopes
    group by scope_number, cell, step, step_part
),

parts as (
    select
        looked_into.scope_number,
        looked_into.period_number,
        looked_into.step,
        scope_parts.step_part,
        sum(scope_parts.buyers) as buyers,
        sum(scope_parts.revenue) as revenue
    from scope_parts
    inner join period_cells on scope_parts.cell = period_cells.cell
    inner join looked_into
        on
            scope_parts.scope_number = looked_into.scope_number
            and period_cells.period_number = looked_into.period_number
            and scope_parts.step = looked_into.step
    group by looked_into.scope_number, looked_into.period_number, looked_into.step, scope_parts.step_part
),

climbed_parts as (
    select
        looked_into.scope_number,
        looked_into.period_number,
        looked_into.step,
        parts.step_part,
        looked_into.places,
        looked_into.revenue_of_all,
        looked_into.is_top_edge,
        looked_into.is_main_edge,
        parts.buyers,
        parts.revenue,
        looked_into.buyers_above + sum(parts.buyers) over in_step - parts.buyers as buyers_above,
        looked_into.revenue_above + sum(parts.revenue) over in_step - parts.revenue as revenue_above
    from parts
    inner join looked_into
        on
            parts.scope_number = looked_into.scope_number
            and parts.period_number = looked_into.period_number
            and parts.step = looked_into.step
    window in_step as (
        partition by parts.scope_number, parts.period_number, parts.step
        order by parts.step_part desc rows between unbounded preceding and current row
    )
),

edge_parts as (
    select
        scope_number,
        period_number,
        step,
        step_part,
        places,
        revenue_of_all,
        buyers_above,
        revenue_above,
        is_top_edge and {{ holds_top_edge() }} as is_top_edge,
        is_main_edge and {{ holds_main_edge() }} as is_main_edge
    from climbed_parts
    where buyers > 0 and ((is_top_edge and {{ holds_top_edge() }}) or (is_main_edge and {{ holds_main_edge() }}))
),

wanted_parts as (
    {{ wanted_places('edge_parts', 'step_part') }}
),

members as (
    select
        wanted_parts.scope_number,
        {{ cell_of('wanted_parts.slot') }} as cell,
        {{ step_of('wanted_parts.slot') }} as step,
        wanted_parts.step_part,
        near_an_edge.revenue,
        near_an_edge.weight
    from near_an_edge
    inner join wanted_parts
        on
            near_an_edge.slot = wanted_parts.slot
            and near_an_edge.step_part = wanted_parts.step_part
),

-- Buyers of equal revenue are ranked together: which of them is the last in changes no sum.
revenues as (
    select
        members.scope_number,
        period_cells.period_number,
        members.step,
        members.step_part,
        members.revenue,
        cast(sum(members.weight) as bigint) as buyers
    from members
    inner join period_cells on members.cell = period_cells.cell
    group by members.scope_number, period_cells.period_number, members.step, members.step_part, members.revenue
    having sum(members.weight) > 0
),

ranked as (
    select
        edges.*,
        revenues.revenue as buyer_revenue,
        revenues.buyers as equal_buyers,
        edges.buyers_above + sum(revenues.buyers) over in_part - revenues.buyers as better_buyers,
        edges.revenue_above + sum(revenues.buyers * revenues.revenue) over in_part
        - revenues.buyers * revenues.revenue as better_revenue
    from revenues
    inner join edge_parts as edges
        on
            revenues.scope_number = edges.scope_number
            and revenues.period_number = edges.period_number
            and revenues.step = edges.step
            and revenues.step_part = edges.step_part
    window in_part as (
        partition by revenues.scope_number, revenues.period_number, revenues.step, revenues.step_part
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
