{#- Buyers, orders and net revenue of every scope and period by step of revenue, from int_order_standings.

    Add here: how standings are counted in steps. Keep out: what is read off the counts (int_order_concentration).
    Kind of period and month are one whole number.
-#}

{#- The CTEs counted, scopes (scope_number, grouped_type, code, audience_number, audience, scope_type, scope_value), periods
    (period_number, period_type, period_end), period_cells (period_number, cell) and steps (scope_number, period_number,
    step and sums), with those they stand on; no comma at the end. -#}
{%- macro revenue_steps() -%}
{%- set scope_types = var('scope_types') + ['order_channel'] -%}
{%- set filtered = filtered_audiences() -%}
{%- set audiences = [none] + filtered -%}
{%- set blocks = {'any': 0, 'month': 1, 'quarter': 2, 'ytd': 3, 'history': 4} -%}
{%- set month_number = 'extract(year from period_end) * 12 + extract(month from period_end)' -%}
{{ value_codes({'order_channel': ref('int_order_standings')}) }},

counted as (
    select
        attributes_key,
        plan_key,
        order_channel,
        cast(case block_type {% for block, number in blocks.items() %}when '{{ block }}' then {{ number }} {% endfor %}end * 100000
        + {{ month_number }} as integer) as cell,
        cast(step as smallint) as step,
        weight,
        revenue,
        cast(case when orders > 0 then weight else 0 end as integer) as buyers,
        cast(weight * orders as integer) as weighed_orders,
        case when weight < 0 then -revenue else revenue end as weighed_revenue,
        cast(case when orders_ever > 0 then weight else 0 end as integer) as buyers_ever,
        cast(case when orders_ever > 1 then weight else 0 end as integer) as repeat_buyers
    from {{ ref('int_order_standings') }}
),

coded as (
    {{ coded_rows(
        'counted',
        ['cell', 'step', 'weight', 'revenue', 'buyers', 'weighed_orders', 'weighed_revenue', 'buyers_ever', 'repeat_buyers'],
        ['order_channel'],
    ) }}
),

grouped as (
    {%- for scope_type in [none] + scope_types %}
    select
        '{{ scope_type or '(all)' }}' as grouped_type,
        {{ scope_type or 'cast(0 as smallint)' }} as code,
        cell,
        step,
        mask,
        cast(sum(buyers) as bigint) as buyers,
        cast(sum(weighed_orders) as bigint) as orders,
        cast(sum(weighed_revenue) as decimal(18, 2)) as revenue,
        cast(sum(buyers_ever) as bigint) as buyers_ever,
        cast(sum(repeat_buyers) as bigint) as repeat_buyers
    from coded
    group by cell, step, mask{{ ', ' ~ scope_type if scope_type }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

named as (
    select
        grouped_type,
        code,
        grouped_value,
        cast(dense_rank() over (order by grouped_type, grouped_value) as integer) * {{ audiences | length }} as first_number
    from named_values
),

scopes as (
    {%- for audience in audiences %}
    select
        first_number + {{ loop.index0 }} as scope_number,
        grouped_type,
        code,
        {{ loop.index0 }} as audience_number,
        {{ sql_text(audience.name if audience else '(all)') }} as audience,
        case when grouped_type = '(all)' then '{{ 'audience' if audience else 'company' }}' else grouped_type end as scope_type,
        case when grouped_type = '(all)' then {{ sql_text(audience.name if audience else '(all)') }} else grouped_value end
            as scope_value
    from named
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

numbered as (
    select
        named.first_number,
        grouped.cell,
        grouped.step,
        grouped.mask,
        grouped.buyers,
        grouped.orders,
        grouped.revenue,
        grouped.buyers_ever,
        grouped.repeat_buyers
    from grouped
    inner join named on grouped.grouped_type = named.grouped_type and grouped.code = named.code
),

summed as (
    {%- for audience in audiences %}
    select
        first_number + {{ loop.index0 }} as scope_number,
        cell,
        step,
        sum(buyers) as buyers,
        sum(orders) as orders,
        sum(revenue) as revenue,
        sum(buyers_ever) as buyers_ever,
        sum(repeat_buyers) as repeat_buyers
    from numbered
    {%- if audience %}
    where {{ is_seen_by(loop.index0, 'mask') }}
    {%- endif %}
    group by first_number, cell, step
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ranked_periods as (
    select period_type, period_end from {{ ref('int_periods') }}
    where period_type in ('month', 'quarter', 'ytd')
    union all
    select 'history' as period_type, period_end from {{ ref('int_periods') }}
    where period_type = 'month'
),

periods as (
    select
        *,
        cast(row_number() over (order by period_type, period_end) as integer) as period_number,
        cast(case period_type {% for block, number in blocks.items() %}when '{{ block }}' then {{ number }} {% endfor %}end * 100000
        + {{ month_number }} as integer) as cell
    from ranked_periods
),

-- The rows that make up a period: those for any kind of period that ends there, and what puts right its own kind.
period_cells as (
    select period_number, cell from periods
    union all
    select period_number, mod(cell, 100000) as cell from periods
    where period_type <> 'history'
),

steps as (
    select
        summed.scope_number,
        period_cells.period_number,
        summed.step,
        cast(sum(summed.buyers) as bigint) as buyers,
        cast(sum(summed.orders) as bigint) as orders,
        cast(sum(summed.revenue) as decimal(18, 2)) as revenue,
        cast(sum(summed.buyers_ever) as bigint) as buyers_ever,
        cast(sum(summed.repeat_buyers) as bigint) as repeat_buyers
    from summed
    inner join period_cells on summed.cell = period_cells.cell
    group by summed.scope_number, period_cells.period_number, summed.step
)
{%- endmacro -%}
