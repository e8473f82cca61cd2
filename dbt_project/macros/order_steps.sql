{#- Buyers, orders and net revenue of every scope and period by step of revenue, from int_order_standings.

    Add here: how standings are counted in steps. Keep out: what is read off the counts (int_order_concentration).
    Kind of period, month, step and who sees a row are one whole number: grouping by one column took a third of the time.
-#}

{#- The CTEs named, scopes (scope_number, audience, scope_type, scope_value), periods (period_number, period_type,
    period_end) and steps (scope_number, period_number, step and sums), with those they stand on; no comma at the end. -#}
{%- macro revenue_steps() -%}
{%- set scope_types = var('scope_types') + ['order_channel'] -%}
{%- set filtered = filtered_audiences() -%}
{%- set maskings = 2 ** (filtered | length) -%}
{%- set audiences = [none] + filtered -%}
{%- set blocks = {'any': 0, 'month': 1, 'quarter': 2, 'ytd': 3, 'history': 4} -%}
{%- set month_number = 'extract(year from period_end) * 12 + extract(month from period_end)' -%}
counted as (
    select
        *,
        case when orders > 0 then weight else 0 end as buyers,
        weight * orders as weighed_orders,
        case when weight < 0 then -revenue else revenue end as weighed_revenue,
        case when orders_ever > 0 then weight else 0 end as buyers_ever,
        case when orders_ever > 1 then weight else 0 end as repeat_buyers,
        cast(case block_type {% for block, number in blocks.items() %}when '{{ block }}' then {{ number }} {% endfor %}end as bigint)
        * 100000 + {{ month_number }} as cell
    from {{ ref('int_order_standings') }}
),

described as (
    {{ seen_rows('counted') }}
),

keyed as (
    select
        *,
        (cell * 4096 + step + 1) * {{ maskings }}
        {%- for audience in filtered %} + {{ 2 ** loop.index0 }} * is_seen_{{ loop.index }}{% endfor %} as cell_key
    from described
),

grouped as (
    select
        cell_key,
        case
            {%- for scope_type in scope_types %}
            when grouping({{ scope_type }}) = 0 then '{{ scope_type }}'
            {%- endfor %}
            else '(all)'
        end as grouped_type,
        case
            {%- for scope_type in scope_types %}
            when grouping({{ scope_type }}) = 0 then {{ scope_type }}
            {%- endfor %}
            else '(all)'
        end as grouped_value,
        sum(buyers) as buyers,
        sum(weighed_orders) as orders,
        sum(weighed_revenue) as revenue,
        sum(buyers_ever) as buyers_ever,
        sum(repeat_buyers) as repeat_buyers
    from keyed
    group by grouping sets (
        (cell_key)
        {%- for scope_type in scope_types %},
        (cell_key, {{ scope_type }})
        {%- endfor %}
    )
),

named as (
    select
        grouped_type,
        grouped_value,
        cast(row_number() over (order by grouped_type, grouped_value) as integer) * {{ audiences | length }} as first_number
    from (select distinct grouped_type, grouped_value from grouped) as found
),

scopes as (
    {%- for audience in audiences %}
    select
        first_number + {{ loop.index0 }} as scope_number,
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
        {{ whole_quotient('grouped.cell_key', 4096 * maskings) }} as cell,
        cast(mod({{ whole_quotient('grouped.cell_key', maskings) }}, 4096) - 1 as integer) as step,
        mod(grouped.cell_key, {{ maskings }}) as mask,
        cast(grouped.buyers as bigint) as buyers,
        cast(grouped.orders as bigint) as orders,
        cast(grouped.revenue as decimal(18, 2)) as revenue,
        cast(grouped.buyers_ever as bigint) as buyers_ever,
        cast(grouped.repeat_buyers as bigint) as repeat_buyers
    from grouped
    inner join named
        on grouped.grouped_type = named.grouped_type and grouped.grouped_value = named.grouped_value
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
    where mod({{ whole_quotient('mask', 2 ** (loop.index0 - 1)) }}, 2) = 1
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
        cast(case period_type {% for block, number in blocks.items() %}when '{{ block }}' then {{ number }} {% endfor %}end as bigint)
        * 100000 + {{ month_number }} as cell
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
