{#- What needs other rows: references, duplicates, supersession across deliveries, deletion. Two models per entity:

        int_<entity>_judged     every landed row once, with its _outcome and all its _reasons
        int_<entity>_admitted   the rows that count now, one per key

    A judged model is referred_rows() → judged_rows() (judged.sql); rules of one entity stand in its own model between.
    The rows are handed on as the text of a query: judged_rows() reads them once for the keys that come once and once for
    the others, where a CTE read twice would keep every column of every row aside.

    _outcome is exactly one of: admitted, quarantined, superseded, exact_duplicate, deleted.
-#}

{#- Typed columns of an entity in the contract's order, each timestamp followed by its local date. -#}
{%- macro entity_columns(entity) -%}
{%- set names = [] -%}
{%- for column in contract()[entity].columns -%}
    {%- do names.append(column.name) -%}
    {%- if column.local_date is defined -%}{%- do names.append(column.local_date) -%}{%- endif -%}
{%- endfor -%}
{{ return(names) }}
{%- endmacro -%}

{#- A condition: no part of the key that must be there is blank. -#}
{%- macro required_key(entity) -%}
{%- for part in contract()[entity].columns if part.name in contract()[entity].key and part.required -%}
{{ part.name }} is not null{{ ' and ' if not loop.last }}
{%- endfor -%}
{%- endmacro -%}

{%- macro staged(entity) -%}
{{ return(ref('stg_' ~ contract()[entity].system ~ '__' ~ entity)) }}
{%- endmacro -%}

{#- Columns that admitted adds to the contract's. -#}
{%- macro added_columns(entity) -%}
{%- set added = {
    'refunds': ['is_ignored'],
    'survey_answers': ['role', 'score'],
} -%}
{%- set names = added.get(entity, []) -%}
{{ return(names + (['is_anonymous', 'has_unknown_customer'] if has_anonymous_rows(entity) else [])) }}
{%- endmacro -%}

{%- macro has_anonymous_rows(entity) -%}
{%- set rules = contract()[entity] -%}
{{ return(rules.unknown_reference == 'anonymous' and 'customers' in rules.references.values()) }}
{%- endmacro -%}

{#- Adds to _reasons what the entities that a row refers to say of it; judged again at every build. Where unknown
    customers stay as anonymous, customer_id is NULL unless it is a part of the key. `further`: columns of what a row
    refers to, as known_<column of the row>.<column>, to be handed on with it. -#}
{%- macro referred_rows(entity, further=[]) -%}
{%- set rules = contract()[entity] -%}
{%- set is_open = has_anonymous_rows(entity) -%}
select
    {%- for name in entity_columns(entity) %}
    {%- if is_open and name == 'customer_id' and name not in rules.key %}
    known_customer_id.customer_id,
    {%- else %}
    staged.{{ name }},
    {%- endif %}
    {%- endfor %}
    {%- if is_open %}
    known_customer_id.customer_id is null as is_anonymous,
    staged.customer_id is not null and known_customer_id.customer_id is null as has_unknown_customer,
    {%- endif %}
    {%- for column in further %}
    {{ column }},
    {%- endfor %}
    {%- for name in carried_columns() %}
    staged.{{ name }},
    {%- endfor %}
    nullif(concat_ws('; ', staged._reasons
        {%- for column, target in rules.references.items() if not (is_open and target == 'customers') %},
        case
            when staged.{{ column }} is not null and known_{{ column }}.{{ contract()[target].key[0] }} is null
            then '{{ column }}: unknown {{ target[:-1] | replace('_', ' ') }}'
        end
        {%- endfor %}
    ), '') as _reasons,
    {%- set quarantining = [] -%}
    {%- for column, target in rules.references.items() if target == 'customers' and not is_open -%}
        {%- do quarantining.append(column) -%}
    {%- endfor %}
    {%- if quarantining %}
    staged._reasons is null
    and staged.{{ quarantining[0] }} is not null
    and known_{{ quarantining[0] }}.customer_id is null as _is_of_unknown_customer
    {%- else %}
    false as _is_of_unknown_customer
    {%- endif %}
from {{ staged(entity) }} as staged
{%- for column, target in rules.references.items() %}
left join {{ ref('int_' ~ target ~ '_admitted') }} as known_{{ column }}
    on staged.{{ column }} = known_{{ column }}.{{ contract()[target].key[0] }}
{%- endfor %}
{%- endmacro -%}

{#- Whether a delivery holds all rows: a fetch says so itself, of files sources.yml says it. A condition on the columns
    delivery, entity and source. -#}
{%- macro is_snapshot() -%}
coalesce(delivery = 'snapshot', {{ is_snapshot_source() }})
{%- endmacro -%}

{#- Whether a source delivers an entity as full snapshots: a condition on the columns entity and source. -#}
{%- macro is_snapshot_source() -%}
{%- set conditions = [] -%}
{%- for entity, sources in var('formats').items() -%}
    {%- for source, formats in sources.items() if formats.get('delivery') == 'snapshot' -%}
        {%- do conditions.append('(entity = ' ~ sql_text(entity) ~ ' and source = ' ~ sql_text(source) ~ ')') -%}
    {%- endfor -%}
{%- endfor -%}
({{ conditions | sort | join(' or ') if conditions else 'false' }})
{%- endmacro -%}

{#- The rows that count now. -#}
{%- macro admitted_rows(entity) -%}
{{ config(materialized='view') }}
select
    {%- for name in entity_columns(entity) + added_columns(entity) %}
    {{ name }},
    {%- endfor %}
    _source,
    _delivered_on
from {{ ref('int_' ~ entity ~ '_judged') }}
where _outcome = 'admitted'
{%- endmacro -%}

{#- Whether a value is one of a list written as text (11;99 or 11, 99 or 11|99). -#}
{%- macro is_listed(value, list) -%}
coalesce(
    position(';' || {{ value }} || ';' in ';' || regexp_replace({{ list }}, '[\s,;|]+', ';', 'g') || ';') > 0, false
)
{%- endmacro -%}

{#- Share of the rows that are not superseded; 0 where there are none. -#}
{%- macro share_of_current(count) -%}
coalesce(cast({{ count }} as double) / nullif(landed.landed - counted.superseded, 0), 0)
{%- endmacro -%}

{#- The distinct values of a group as one text, in order. -#}
{%- macro listed_once(column) -%}
{{ return(adapter.dispatch('listed_once', 'holdfast')(column)) }}
{%- endmacro -%}

{%- macro default__listed_once(column) -%}
string_agg(distinct {{ column }}, ', ' order by {{ column }})
{%- endmacro -%}
