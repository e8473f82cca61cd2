{#- A staging model in three steps, all made from the contract:

        with source as (select * from {{ source('crm', 'orders') }}),
        trimmed as ({{ trimmed_columns('orders', 'source') }}),
        typed as ({{ typed_columns('orders', 'trimmed') }}),
        final as ({{ judged_columns('orders', 'typed') }})
        select * from final

    Every landed row comes out once. No join, window or aggregate stands here: what needs other rows is *admitted*.
-#}

{#- Where a row came from. -#}
{%- macro origin_columns() -%}
{{ return(['_source', '_file', '_file_sha256', '_record', '_delivered_on', '_delivered_by', '_load_id']) }}
{%- endmacro -%}

{#- What of that a judged row keeps: which row of which delivery it is. What int_deliveries says of the delivery it does not
    repeat in millions of rows. -#}
{%- macro judged_origin_columns() -%}
{{ return(['_source', '_file', '_record', '_delivered_on', '_load_id']) }}
{%- endmacro -%}

{#- What judging a row carries beside its values. A deletion is a row of its key and nothing else: no rule is asked. -#}
{%- macro carried_columns() -%}
{{ return(judged_origin_columns() + ['_is_deletion']) }}
{%- endmacro -%}

{#- Step 1: text without white space around it, blank as NULL, codes and dates read as the source's mapping says; and the
    raw values for the quarantine. -#}
{%- macro trimmed_columns(entity, relation) -%}
select
    {%- for column in contract()[entity].columns %}
    {{ meant_text(entity, column.name) }} as {{ column.name }}__text,
    {%- endfor %}
    {{ raw_json(contract()[entity].columns) }} as _raw,
    _deleted,
    {{ origin_columns() | join(', ') }}
from {{ relation }}
{%- endmacro -%}

{%- macro raw_json(columns) -%}
{{ return(adapter.dispatch('raw_json', 'holdfast')(columns)) }}
{%- endmacro -%}

{%- macro default__raw_json(columns) -%}
cast(json_object({% for column in columns %}'{{ column.name }}', {{ column.name }}{{ ', ' if not loop.last }}{% endfor %}) as varchar)
{%- endmacro -%}

{#- Step 2: each text cast by the grammar of its type and the formats of its source. -#}
{%- macro typed_columns(entity, relation) -%}
{%- set columns = contract()[entity].columns -%}
{%- set times = columns | selectattr('type', 'equalto', 'timestamp') | map(attribute='name') | list -%}
with instants as (
    select
        *
        {%- for name in times %},
        {{ by_date_order(entity, cast_instant, name ~ '__text') }} as {{ name }}__instant
        {%- endfor %}
    from {{ relation }}
),

-- What has an offset shows no clock on a wall: three expressions that need not be tried.
walls as (
    select
        *
        {%- for name in times %},
        case when {{ name }}__instant is null then {{ by_date_order(entity, cast_wall, name ~ '__text') }} end as {{ name }}__wall
        {%- endfor %}
    from instants
),

candidates as (
    select
        *
        {%- for name in times %},
        {{ earlier_utc(name ~ '__wall', wall_zone(entity, name)) }} as {{ name }}__earlier
        {%- endfor %}
    from walls
),

shown as (
    select
        *
        {%- for name in times %},
        {{ is_shown(name ~ '__wall', name ~ '__earlier', wall_zone(entity, name)) }} as {{ name }}__is_shown
        {%- endfor %}
    from candidates
)

select
    *
    {%- for column in columns %},
    {{ cast_column(entity, column) }} as {{ column.name }}
    {%- endfor %}
from shown
{%- endmacro -%}

{%- macro cast_column(entity, column) -%}
{%- set text = column.name ~ '__text' -%}
{%- set type = column.type -%}
{%- if type == 'varchar' -%}
    {%- set cast_text = text -%}
{%- elif type == 'boolean' -%}
    {%- set cast_text = cast_boolean(text) -%}
{%- elif type == 'integer' -%}
    {%- set cast_text = by_decimal_comma(entity, cast_integer, text) -%}
{%- elif type == 'double' -%}
    {%- set cast_text = by_decimal_comma(entity, cast_double, text) -%}
{%- elif type == 'date' -%}
    {%- set cast_text = by_date_order(entity, cast_month if column.month else cast_date, text) -%}
{%- elif type == 'timestamp' -%}
    {%- set wall = column.name ~ '__wall' -%}
    {%- set shown = column.name ~ '__is_shown' -%}
    {%- set settled = settled_utc(wall, column.name ~ '__earlier', shown, wall_zone(entity, column.name)) -%}
    {%- set cast_text = 'coalesce(' ~ column.name ~ '__instant, ' ~ settled ~ ')' -%}
{%- else -%}
    {%- set choices = {true: cast_decimal(text, type, true), false: cast_decimal(text, type, false)} -%}
    {%- set cast_text = by_source(entity, 'decimal_comma', choices, false) -%}
{%- endif -%}
{%- if column.default is defined -%}
case when {{ text }} is null then {{ default_value(column) }} else {{ cast_text }} end
{%- else -%}
{{ cast_text }}
{%- endif -%}
{%- endmacro -%}

{%- macro by_decimal_comma(entity, cast_macro, text) -%}
{{ by_source(entity, 'decimal_comma', {true: cast_macro(text, true), false: cast_macro(text, false)}, false) }}
{%- endmacro -%}

{%- macro by_date_order(entity, cast_macro, text) -%}
{%- set choices = {'ymd': cast_macro(text, 'ymd'), 'dmy': cast_macro(text, 'dmy'), 'mdy': cast_macro(text, 'mdy')} -%}
{{ by_source(entity, 'date_order', choices, 'ymd') }}
{%- endmacro -%}

{%- macro default_value(column) -%}
{{ sql_text(column.default) if column.type == 'varchar' else 'cast(' ~ column.default ~ ' as ' ~ column.type ~ ')' }}
{%- endmacro -%}

{#- The zone naive timestamps of the entity are read in: one literal, or a case over _source. -#}
{%- macro source_zone(entity) -%}
{%- set choices = {var('time_zone'): sql_text(var('time_zone'))} -%}
{%- for formats in var('formats').get(entity, {}).values() -%}
    {%- if formats.get('time_zone') -%}
        {%- do choices.update({formats.time_zone: sql_text(formats.time_zone)}) -%}
    {%- endif -%}
{%- endfor -%}
{{ return(by_source(entity, 'time_zone', choices, var('time_zone')) | trim) }}
{%- endmacro -%}

{#- The zone of one wall time: a date alone is a date of the company, whatever zone its source keeps. -#}
{%- macro wall_zone(entity, name) -%}
{%- set own = sql_text(var('time_zone')) -%}
{%- set zone = source_zone(entity) -%}
{%- if zone == own -%}
{{ return(own) }}
{%- endif -%}
{{ return("case when " ~ name ~ "__text like '%:%' then " ~ zone ~ " else " ~ own ~ " end") }}
{%- endmacro -%}

{#- The local date of a timestamp. A wall time of the company's own zone shows it already. -#}
{%- macro day_of(entity, name) -%}
{%- if wall_zone(entity, name) == sql_text(var('time_zone')) -%}
case
    when {{ name }}__instant is null and {{ name }}__is_shown then cast({{ name }}__wall as date)
    else {{ local_date(name) }}
end
{%- else -%}
{{ local_date(name) }}
{%- endif -%}
{%- endmacro -%}

{#- Step 3: the local dates, the open ends, and every reason why the row breaks its contract. -#}
{%- macro judged_columns(entity, relation) -%}
{%- set columns = contract()[entity].columns -%}
with dated as (
    select
        *
        {%- for column in columns if column.local_date is defined %},
        {{ day_of(entity, column.name) }} as {{ column.local_date }}
        {%- endfor %}
    from {{ relation }}
)

select
    {%- for column in columns %}
    {%- if column.open_end %}
    case when {{ dbt_year(column.name) }} < 9999 then {{ column.name }} end as {{ column.name }},
    {%- else %}
    {{ column.name }},
    {%- endif %}
    {%- if column.local_date is defined %}
    {{ column.local_date }},
    {%- endif %}
    {%- endfor %}
    {{ origin_columns() | join(', ') }},
    coalesce(_deleted = 'true', false) as _is_deletion,
    case when _deleted is null then nullif(concat_ws('; '
        {%- for column in columns %}
        {%- for reason in column_reasons(column) %},
        case when {{ reason[0] }} then {{ sql_text(column.name ~ ': ' ~ reason[1]) }} end
        {%- endfor %}
        {%- endfor %}
    ), '') end as _reasons,
    _raw
from dated
{%- endmacro -%}

{%- macro dbt_year(value) -%}
extract(year from {{ value }})
{%- endmacro -%}

{#- [condition, reason] of each rule of a column. 1900 is where spreadsheets and old systems put a missing date. A day
    31 days after the delivery is no late night and no file named after the month before: it is a wrong year. -#}
{%- macro column_reasons(column) -%}
{%- set name = column.name -%}
{%- set text = name ~ '__text' -%}
{%- set day = column.local_date if column.local_date is defined else name -%}
{%- set reasons = [] -%}
{%- if column.required -%}
    {%- do reasons.append([text ~ ' is null', 'blank']) -%}
{%- endif -%}
{%- if column.type == 'varchar' -%}
    {%- do reasons.append(["contains(" ~ text ~ ", chr(0))", 'NUL in the text']) -%}
{%- else -%}
    {%- set kind = 'a month' if column.month else ('an ' if column.type == 'integer' else 'a ') ~ column.type -%}
    {%- do reasons.append([text ~ ' is not null and ' ~ name ~ ' is null', 'not ' ~ kind]) -%}
{%- endif -%}
{%- if column.accepted is defined -%}
    {%- do reasons.append([name ~ " not in ('" ~ column.accepted | join("', '") ~ "')", 'not one of ' ~ column.accepted | join(', ')]) -%}
{%- endif -%}
{%- if column.pattern is defined -%}
    {%- do reasons.append(['not ' ~ matches(name, column.pattern), 'not of the form ' ~ column.pattern]) -%}
{%- endif -%}
{%- if column.min is defined -%}
    {%- do reasons.append([name ~ ' < ' ~ column.min, 'below ' ~ column.min]) -%}
{%- endif -%}
{%- if column.max is defined -%}
    {%- do reasons.append([name ~ ' > ' ~ column.max, 'above ' ~ column.max]) -%}
{%- endif -%}
{%- if column.scale is defined -%}
    {%- set off = name ~ ' < ' ~ column.scale[0] ~ ' or ' ~ name ~ ' > ' ~ column.scale[1] -%}
    {%- do reasons.append([off, 'not on the scale of the row']) -%}
{%- endif -%}
{%- if column.type in ('date', 'timestamp') -%}
    {%- set years = dbt_year(day) ~ ' <= 1900' ~ ('' if column.open_end else ' or ' ~ dbt_year(day) ~ ' >= 9999') -%}
    {%- do reasons.append([years, 'year outside 1901 to 9998']) -%}
    {%- if not column.future -%}
        {%- do reasons.append([day ~ ' > _delivered_on + 31 and ' ~ dbt_year(day) ~ ' < 9999', 'more than 31 days after the delivery']) -%}
    {%- endif -%}
{%- endif -%}
{{ return(reasons) }}
{%- endmacro -%}

{#- Receipts of files and lines that are no rows look alike in every system. -#}
{%- macro receipt_columns(system, relation) -%}
select
    '{{ system }}' as system,
    entity,
    cast(rows as bigint) as rows_read,
    cast(unparsed as bigint) as unparsed_lines,
    delivery,
    {{ origin_columns() | join(', ') }}
from {{ relation }}
{%- endmacro -%}

{%- macro unparsed_line_columns(system, relation) -%}
select
    '{{ system }}' as system,
    entity,
    cast(line_number as bigint) as line_number,
    reason,
    raw_text,
    {{ origin_columns() | join(', ') }}
from {{ relation }}
{%- endmacro -%}
