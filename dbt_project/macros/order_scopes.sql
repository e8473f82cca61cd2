{#- Sums over many rows by scope, in one pass.

    Add here: how the figures of orders are added up by scope. Keep out: what is added (that is in the models).
    Rows carry attributes_key and plan_key in place of eight texts. An audience's filter is one number, 0 or 1, on the
    row: rows are grouped by these numbers and one attribute at a time, and audiences are added up from the few groups.
    An audience without a filter is the company: audience_copies() gives it its rows at the end.
-#}

{#- The audiences whose filter leaves anybody out. -#}
{%- macro filtered_audiences() -%}
{%- set found = [] -%}
{%- for audience in var('audiences') if audience.get('filter') -%}{%- do found.append(audience) -%}{%- endfor -%}
{{ return(found) }}
{%- endmacro -%}

{#- Rows of `relation` with every attribute and, per filtered audience, whether it sees them (is_seen_1, is_seen_2 …). -#}
{%- macro seen_rows(relation) -%}
select
    described.*
    {%- for audience in filtered_audiences() %},
    case when {% for attribute, allowed in audience.filter.items() -%}
        {{ 'and ' if not loop.first }}{{ attribute }} in (
            {%- for value in allowed %}{{ sql_text(value) }}{{ ', ' if not loop.last }}{% endfor -%})
    {%- endfor %} then 1 else 0 end as is_seen_{{ loop.index }}
    {%- endfor %}
from ({{ described_keys(relation) }}) as described
{%- endmacro -%}

{#- Sums of `measures` (sums of whole numbers or DECIMAL) by audience, scope and `keys`, for the company and filtered
    audiences. `further`: columns of the relation that are breakdowns of their own. -#}
{%- macro ordered_scopes(relation, keys, measures, further=[]) -%}
{%- set flags = [] -%}
{%- for audience in filtered_audiences() -%}{%- do flags.append('is_seen_' ~ loop.index) -%}{%- endfor -%}
{%- set scope_types = var('scope_types') + further -%}
with seen as (
    {{ seen_rows(relation) }}
),

grouped as (
    select
        {{ flags | join(', ') }}{{ ',' if flags }}
        case
            {%- for scope_type in scope_types %}
            when grouping({{ scope_type }}) = 0 then '{{ scope_type }}'
            {%- endfor %}
        end as grouped_type,
        case
            {%- for scope_type in scope_types %}
            when grouping({{ scope_type }}) = 0 then {{ scope_type }}
            {%- endfor %}
        end as grouped_value,
        {{ keys | join(', ') }},
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from seen
    group by grouping sets (
        ({{ (flags + keys) | join(', ') }})
        {%- for scope_type in scope_types %},
        ({{ (flags + [scope_type] + keys) | join(', ') }})
        {%- endfor %}
    )
),

of_audiences as (
    select *, '(all)' as audience from grouped
    {%- for audience in filtered_audiences() %}
    union all
    select *, {{ sql_text(audience.name) }} as audience from grouped where is_seen_{{ loop.index }} = 1
    {%- endfor %}
)

select
    audience,
    coalesce(grouped_type, case when audience = '(all)' then 'company' else 'audience' end) as scope_type,
    coalesce(grouped_value, audience) as scope_value,
    {{ keys | join(', ') }},
    {%- for measure in measures %}
    sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
from of_audiences
group by audience, grouped_type, grouped_value, {{ keys | join(', ') }}
{%- endmacro -%}

{#- Every value of every breakdown with a number of its own within it, from 1: named_values() (grouped_type, code,
    grouped_value) and the CTEs that give rows their numbers. `further`: column → relation that has all its values. -#}
{%- macro value_codes(further={}) -%}
{%- set parts = [
    ('attributes', customer_attribute_names(), ref('int_attribute_sets'), 'attributes_key'),
    ('plans', contract_attribute_names(), ref('int_plan_sets'), 'plan_key'),
] -%}
{%- for part, names, relation, key in parts %}
coded_{{ part }} as (
    select
        {{ key }}
        {%- for name in names if name in var('scope_types') %},
        {{ value_code(name) }} as {{ name }}
        {%- endfor %}
        {%- for audience in filtered_audiences() %},
        case when {% for attribute, allowed in audience.filter.items() if attribute in names -%}
            {{ attribute }} in ({% for value in allowed %}{{ sql_text(value) }}{{ ', ' if not loop.last }}{% endfor %}) and {# #}
        {%- endfor %} true then 1 else 0 end as is_seen_{{ loop.index }}
        {%- endfor %}
    from {{ relation }}
),
{% endfor %}
{%- for name, relation in further.items() %}
coded_{{ name }} as (
    select
        {{ name }} as {{ name }}_text,
        {{ value_code(name) }} as {{ name }}
    from (select distinct {{ name }} from {{ relation }}) as found
),
{% endfor %}
named_values as (
    {%- for part, names, relation, key in parts %}
    {%- for name in names if name in var('scope_types') %}
    select distinct
        '{{ name }}' as grouped_type,
        coded_{{ part }}.{{ name }} as code,
        sets.{{ name }} as grouped_value
    from coded_{{ part }}
    inner join {{ relation }} as sets on coded_{{ part }}.{{ key }} = sets.{{ key }}
    union all
    {%- endfor %}
    {%- endfor %}
    {%- for name in further %}
    select '{{ name }}' as grouped_type, {{ name }} as code, {{ name }}_text as grouped_value from coded_{{ name }}
    union all
    {%- endfor %}
    select '(all)' as grouped_type, cast(0 as smallint) as code, '(all)' as grouped_value
)
{%- endmacro -%}

{%- macro value_code(name) -%} cast(dense_rank() over (order by {{ name }}) as smallint) {%- endmacro -%}

{#- `columns` of rows with attributes_key and plan_key, the number of their value in every breakdown, and `mask`: which
    filtered audiences see them, as bits. Grouping by small whole numbers takes a tenth of the time of grouping by texts. -#}
{%- macro coded_rows(relation, columns, further=[]) -%}
select
    {%- for column in columns %}
    coded_rows.{{ column }},
    {%- endfor %}
    {%- for name in var('scope_types') %}
    {{ 'coded_attributes' if name in customer_attribute_names() else 'coded_plans' }}.{{ name }},
    {%- endfor %}
    {%- for name in further %}
    coded_{{ name }}.{{ name }},
    {%- endfor %}
    cast(0
    {%- for audience in filtered_audiences() %}
    + {{ 2 ** loop.index0 }} * coded_attributes.is_seen_{{ loop.index }} * coded_plans.is_seen_{{ loop.index }}
    {%- endfor %} as smallint) as mask
from {{ relation }} as coded_rows
inner join coded_attributes on coalesce(coded_rows.attributes_key, 0) = coded_attributes.attributes_key
inner join coded_plans on coalesce(coded_rows.plan_key, 0) = coded_plans.plan_key
{%- for name in further %}
inner join coded_{{ name }} on coded_rows.{{ name }} = coded_{{ name }}.{{ name }}_text
{%- endfor %}
{%- endmacro -%}

{#- Whether the n-th filtered audience (from 1) sees a row of this mask. -#}
{%- macro is_seen_by(number, mask) -%}
mod({{ whole_quotient(mask, 2 ** (number - 1)) }}, 2) = 1
{%- endmacro -%}

{#- The first day of the quarter or the year a date lies in. -#}
{%- macro block_start(block, date) -%}
cast({{ dbt.date_trunc('year' if block == 'ytd' else block, date) }} as date)
{%- endmacro -%}

{#- Half-open spans of months in which a profile is that of the day before the month. -#}
{%- macro profile_months() -%}
select
    customer_id,
    attributes_key,
    plan_key,
    {{ add_months(month_of('valid_from'), 1) }} as placed_from,
    {{ add_months(month_of('valid_until'), 1) }} as placed_until
from {{ ref('int_customer_profiles') }}
where
    valid_until is null
    -- One that begins and ends within a month is nobody's on a day before one.
    or {{ month_of('valid_until') }} > {{ month_of('valid_from') }}
{%- endmacro -%}

{#- Quotient of whole numbers under 2^53, rounded down. -#}
{%- macro whole_quotient(dividend, divisor) -%} cast(floor({{ dividend }} / {{ divisor }}) as bigint) {%- endmacro -%}
