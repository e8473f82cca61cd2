{#- Buyers, orders and net revenue of every scope and period by step of revenue, from int_order_standings.

    Add here: how standings are counted in steps. Keep out: what is read off the counts (int_order_concentration).
    Kind of period and month are one whole number, the cell.
-#}

{%- macro order_block_number(block_type) -%}
case {{ block_type }} when 'any' then 0 when 'month' then 1 when 'quarter' then 2 when 'ytd' then 3 when 'history' then 4 end
{%- endmacro -%}

{#- The standings of every single month: `columns` of them (name → expression), the cell, the mask and the numbers of
    `breakdowns`. A span has its months by equality of their number. -#}
{%- macro cell_standings(columns, breakdowns, condition='true') -%}
select
    standings.first_cell + month_offsets.month_offset as cell,
    {%- for column in columns %}
    standings.{{ column }},
    {%- endfor %}
    {%- for name in breakdowns %}
    {{ 'coded_attributes' if name in customer_attribute_names() else 'coded_plans' if name in contract_attribute_names()
        else 'coded_' ~ name }}.{{ name }},
    {%- endfor %}
    {{ seen_mask() }} as mask
from (
    select
        attributes_key,
        plan_key,
        order_channel,
        months,
        {%- for column, expression in columns.items() %}
        {{ expression }} as {{ column }},
        {%- endfor %}
        cast({{ order_block_number('block_type') }} * 100000 + month_number as integer) as first_cell
    from {{ ref('int_order_standings') }}
    where {{ condition }}
) as standings
{{ join_codes('standings', ['order_channel'] if 'order_channel' in breakdowns else []) }}
inner join month_offsets on standings.months = month_offsets.months
{%- endmacro -%}

{#- Sums of `columns` by `keys`, breakdown, cell and mask, as the CTE `name` after those of its bundles. -#}
{%- macro summed_bundles(name, columns, keys, condition='true') -%}
{%- set read = dict(columns) -%}
{%- for key in keys -%}{%- do read.update({key: key}) -%}{%- endfor -%}
{%- set listed = (keys | join(', ')) ~ (', ' if keys else '') -%}
{%- for bundle in order_bundles() -%}
{{ name }}_{{ loop.index }} as (
    select
        {{ bundle | join(', ') }},
        {{ listed }}cell,
        mask,
        {{ exact_sums(columns) }}
    from ({{ cell_standings(read, bundle, condition) }}) as cell_standings
    group by {{ bundle | join(', ') }}, {{ listed }}cell, mask
),

{% endfor -%}
{{ name }} as (
    {%- for bundle in order_bundles() %}
    {%- set of_bundle = loop.index %}
    {%- for type in ['(all)'] + bundle if type != '(all)' or of_bundle == 1 %}
    {{ 'union all' if not (loop.first and of_bundle == 1) }}
    select
        '{{ type }}' as grouped_type,
        {{ 'cast(0 as smallint)' if type == '(all)' else type }} as code,
        {{ listed }}cell,
        mask,
        {{ exact_sums(columns) }}
    from {{ name }}_{{ of_bundle }}
    group by {{ listed }}cell, mask{{ ', ' ~ type if type != '(all)' }}
    {%- endfor %}
    {%- endfor %}
)
{%- endmacro -%}

{%- macro exact_sums(columns) -%}
{%- for column in columns %}
cast(sum({{ column }}) as {{ 'decimal(18, 2)' if 'revenue' in column else 'bigint' }}) as {{ column }}{{ ', ' if not loop.last }}
{%- endfor %}
{%- endmacro -%}

{#- The sums of `grouped` (from summed_bundles) by scope, period and `keys`. -#}
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

{#- The CTEs month_offsets, scopes (scope_number, grouped_type, code, audience_number, audience, scope_type, scope_value),
    periods (period_number, period_type, period_end), period_cells (period_number, cell), totals (scope_number,
    period_number and sums) and steps (scope_number, period_number, step and sums), with those they stand on; no comma at
    the end. -#}
{%- macro revenue_steps() -%}
{%- set ranked = {
    'buyers': 'cast(case when orders > 0 then weight else 0 end as integer)',
    'revenue': 'case when weight < 0 then -revenue else revenue end',
} -%}
{%- set whole = dict(ranked, **{
    'orders': 'cast(weight * orders as integer)',
    'buyers_ever': 'cast(case when orders_ever > 0 then weight else 0 end as integer)',
    'repeat_buyers': 'cast(case when orders_ever > 1 then weight else 0 end as integer)',
}) -%}
{%- set audiences = [none] + filtered_audiences() -%}
{{ value_codes({'order_channel': ref('int_order_standings')}) }},

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
        cast({{ order_block_number('period_type') }} * 100000 + {{ month_number('period_end') }} as integer) as cell
    from ranked_periods
),

-- The rows that make up a period: those for any kind of period that ends there, and what puts right its own kind.
period_cells as (
    select period_number, cell from periods
    union all
    select period_number, mod(cell, 100000) as cell from periods
    where period_type <> 'history'
),

{{ summed_bundles('grouped_totals', whole, []) }},

totals as (
    select
        *,
        -- The ceiling of n / 5, in whole numbers.
        cast(floor((buyers + 4) / 5) as bigint) as places
    from ({{ sums_of_scopes('grouped_totals', whole, []) }}) as summed
),

{{ summed_bundles('grouped_steps', ranked, ['step'], 'step >= 0') }},

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

{#- The cells of the scopes and periods of `edges`, with the columns `keys` of what must be looked into there. -#}
{%- macro wanted_cells(edges, keys) -%}
select distinct
    edges.scope_number,
    period_cells.cell,
    {%- for key in keys %}
    edges.{{ key }},
    {%- endfor %}
    scopes.grouped_type,
    scopes.code,
    scopes.audience_number
from {{ edges }} as edges
inner join scopes on edges.scope_number = scopes.scope_number
inner join period_cells on edges.period_number = period_cells.period_number
{%- endmacro -%}

{#- Rows of `standings` with the rows of `wanted` they belong to, of one breakdown (none: the whole). -#}
{%- macro seen_members(standings, wanted, keys, scope_type) -%}
{{ standings }}
    inner join {{ wanted }}
        on
            {{ wanted }}.grouped_type = '{{ scope_type or '(all)' }}'
            {%- for key in keys %}
            and {{ standings }}.{{ key }} = {{ wanted }}.{{ key }}
            {%- endfor %}
            {%- if scope_type %}
            and {{ standings }}.{{ scope_type }} = {{ wanted }}.code
            {%- endif %}
    where
        {{ wanted }}.audience_number = 0
        {%- for audience in filtered_audiences() %}
        or ({{ wanted }}.audience_number = {{ loop.index }} and {{ is_seen_by(loop.index, standings ~ '.mask') }})
        {%- endfor %}
{%- endmacro -%}
