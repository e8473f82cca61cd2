{#- Buyers, orders and net revenue of every scope and period by step of revenue, from int_order_standings.

    Add here: how standings are counted in steps. Keep out: what is read off the counts (int_order_concentration).
    Kind of period and month are one whole number, the cell; place, cell and step together are one, the slot: millions of
    rows are grouped and found by it alone.
-#}

{#- Kind of period and month as one whole number; of `any` kind, the number of the month. -#}
{%- macro order_cell(block_type, month) -%}
cast({{ month }} + 100000 * coalesce({{ order_block_number(block_type) }}, 0) as integer)
{%- endmacro -%}

{#- The standings of every single month: their slot with the place in `bundle` (from 1), and `columns` (name → expression).
    A span has its months by equality of their number. -#}
{%- macro placed_standings(bundle, columns, condition='true') -%}
select
    strata.place_{{ bundle }} + standings.first_slot + 1024 * month_offsets.month_offset as slot,
    {%- for column in columns %}
    standings.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from (
    select
        stratum,
        months,
        {%- for column, expression in columns.items() %}
        {{ expression }} as {{ column }},
        {%- endfor %}
        {{ order_slot('cell', 'step') }} as first_slot
    from {{ ref('int_order_standings') }}
    where {{ condition }}
) as standings
inner join strata on standings.stratum = strata.stratum
inner join month_offsets on standings.months = month_offsets.months
{%- endmacro -%}

{%- macro order_slot(cell, step) -%} 1024 * {{ cell }} + {{ step }} + 1 {%- endmacro -%}

{%- macro exact_sums(columns) -%}
{%- for column in columns %}
cast(sum({{ column }}) as {{ 'decimal(18, 2)' if 'revenue' in column else 'bigint' }}) as {{ column }}{{ ', ' if not loop.last }}
{%- endfor %}
{%- endmacro -%}

{#- The sums of `grouped` (grouped_type, code, cell, mask) by scope, period and `keys`. -#}
{%- macro sums_of_scopes(grouped, columns, keys) -%}
{%- set listed = (keys | join(', ')) ~ (', ' if keys else '') -%}
select
    of_audiences.scope_number,
    period_cells.period_number,
    {{ listed }}{{ exact_sums(columns) }}
from (
    {%- for audience in [none] + filtered_audiences() %}
    select
        named.first_number + {{ loop.index0 }} as scope_number,
        cell,
        {{ listed }}{{ exact_sums(columns) }}
    from {{ grouped }} as grouped
    inner join named on grouped.grouped_type = named.grouped_type and grouped.code = named.code
    {%- if audience %}
    where {{ is_seen_by(loop.index0, 'mask') }}
    {%- endif %}
    group by named.first_number, cell{{ ', ' ~ (keys | join(', ')) if keys }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
) as of_audiences
inner join period_cells on of_audiences.cell = period_cells.cell
group by of_audiences.scope_number, period_cells.period_number{{ ', ' ~ (keys | join(', ')) if keys }}
{%- endmacro -%}

{#- The CTEs month_offsets, strata (who has the same attributes, plan and channel; and their place in every bundle of
    breakdowns), scopes (scope_number, audience, scope_type, scope_value), place_scopes (place, scope_number), periods
    (period_number, period_type, period_end), period_cells (period_number, cell), totals (scope_number, period_number and
    sums) and steps (scope_number, period_number, step and sums), with those they stand on; no comma at the end. -#}
{%- macro revenue_steps() -%}
{%- set measures = {
    'buyers': 'cast(case when orders > 0 then weight else 0 end as integer)',
    'revenue': 'case when weight < 0 then -revenue else revenue end',
    'orders': 'cast(weight * orders as integer)',
    'buyers_ever': 'cast(case when orders_ever > 0 then weight else 0 end as integer)',
    'repeat_buyers': 'cast(case when orders_ever > 1 then weight else 0 end as integer)',
} -%}
{%- set ranked = ['buyers', 'revenue'] -%}
{%- set audiences = [none] + filtered_audiences() -%}
{%- set bundles = order_bundles() -%}
{{ value_codes({'order_channel': ref('int_order_strata')}) }},

month_offsets as (
    select
        spans.months,
        cast(offsets.month_number - offsets.first_number as integer) as month_offset
    from (select distinct months from {{ ref('int_order_standings') }}) as spans
    inner join (
        select
            {{ month_number('period_end') }} as month_number,
            min({{ month_number('period_end') }}) over () as first_number
        from {{ ref('int_periods') }}
        where period_type = 'month'
    ) as offsets on spans.months > offsets.month_number - offsets.first_number
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
        {{ sql_text(audience.name if audience else '(all)') }} as audience,
        case when grouped_type = '(all)' then '{{ 'audience' if audience else 'company' }}' else grouped_type end as scope_type,
        case when grouped_type = '(all)' then {{ sql_text(audience.name if audience else '(all)') }} else grouped_value end
            as scope_value
    from named
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

coded_strata as (
    {{ coded_rows(ref('int_order_strata'), ['stratum'], ['order_channel']) }}
),

-- A place is one number for the breakdowns of a bundle and for who sees it: a multiple of 2^30, no two bundles have one in
-- common.
strata as (
    select
        *,
        {%- for bundle in bundles %}
        1073741824 * cast(
            {{ bundles | length }} * dense_rank() over (order by {{ bundle | join(', ') }}, mask) + {{ loop.index0 }} as bigint
        ) as place_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from coded_strata
),

place_scopes as (
    {%- for bundle in bundles %}
    {%- set of_bundle = loop.index %}
    {%- for name in ['(all)'] + bundle if name != '(all)' or of_bundle == 1 %}
    {%- for audience in audiences %}
    {{ 'union all' if not (loop.first and name == '(all)') }}
    select distinct
        strata.place_{{ of_bundle }} as place,
        named.first_number + {{ loop.index0 }} as scope_number
    from strata
    inner join named on named.grouped_type = '{{ name }}'{% if name != '(all)' %} and strata.{{ name }} = named.code{% endif %}
    {%- if audience %}
    where {{ is_seen_by(loop.index0, 'strata.mask') }}
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
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
        {{ order_cell('period_type', month_number('period_end')) }} as cell
    from ranked_periods
),

-- The rows that make up a period: those for any kind of period that ends there, and what puts right its own kind.
period_cells as (
    select period_number, cell from periods
    union all
    select period_number, mod(cell, 100000) as cell from periods
    where period_type <> 'history'
),

{% for bundle in bundles -%}
bundle_{{ loop.index }} as (
    select
        {{ bundle | join(', ') }},
        mask,
        {{ cell_of('slot') }} as cell,
        {{ step_of('slot') }} as step,
        {{ measures | join(', ') }}
    from (
        select
            slot,
            {{ exact_sums(measures) }}
        from ({{ placed_standings(loop.index, measures) }}) as standings
        group by slot
    ) as sums
    inner join (select distinct place_{{ loop.index }}, mask, {{ bundle | join(', ') }} from strata) as places
        on {{ place_of('sums.slot') }} = places.place_{{ loop.index }}
),

{% endfor -%}
grouped_totals as (
    {{ sums_of_breakdowns('bundle', bundles, ['cell', 'mask'], exact_sums(measures)) }}
),

totals as (
    select
        *,
        -- The ceiling of n / 5, in whole numbers.
        cast(floor((buyers + 4) / 5) as bigint) as places
    from ({{ sums_of_scopes('grouped_totals', measures, []) }}) as summed
),

grouped_steps as (
    {{ sums_of_breakdowns('bundle', bundles, ['cell', 'mask', 'step'], exact_sums(ranked), 'step >= 0') }}
),

steps as (
    {{ sums_of_scopes('grouped_steps', ranked, ['step']) }}
)
{%- endmacro -%}

{#- In what of a scope's buyers, from the best down, the last of the top fifth stands; and where four fifths of the revenue
    are reached. -#}
{%- macro holds_top_edge() -%}
(buyers_above < places and buyers_above + buyers >= places)
{%- endmacro -%}

{%- macro holds_main_edge() -%}
(
    step > 0 and revenue_of_all > 0
    and 5 * revenue_above < 4 * revenue_of_all and 5 * (revenue_above + revenue) >= 4 * revenue_of_all
)
{%- endmacro -%}

{#- The slots in which `edges`, steps of a scope and period, must be looked into, one per place; of them the parts, if told. -#}
{%- macro wanted_places(edges, part=none) -%}
select
    slots.scope_number,
    {%- if part %}
    slots.{{ part }},
    {%- endif %}
    slots.slot + place_scopes.place as slot
from (
    select distinct
        edges.scope_number,
        {%- if part %}
        edges.{{ part }},
        {%- endif %}
        cast({{ order_slot('period_cells.cell', 'edges.step') }} as integer) as slot
    from {{ edges }} as edges
    inner join period_cells on edges.period_number = period_cells.period_number
) as slots
inner join place_scopes on slots.scope_number = place_scopes.scope_number
{%- endmacro -%}

{%- macro place_of(slot) -%} {{ slot }} - mod({{ slot }}, 1073741824) {%- endmacro -%}

{%- macro cell_of(slot) -%} {{ whole_quotient('mod(' ~ slot ~ ', 1073741824)', 1024) }} {%- endmacro -%}

{%- macro step_of(slot) -%} mod({{ slot }}, 1024) - 1 {%- endmacro -%}
