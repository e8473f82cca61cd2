{#- Grammar first: one regular expression per type decides whether a text is a value, and only then it is cast.
    A cast alone is too generous: it takes 1e3, 1_000, 0x1F and inf, rounds 1.005, and drops an offset without a word.

    Each macro takes SQL text (a trimmed varchar expression) and gives SQL text; no match gives NULL, never a guess.
-#}

{#- Characters that are no text at either end: space, tab, line ends, no-break space, byte order mark. -#}
{%- macro trimmed(text) -%}
nullif(trim({{ text }}, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(65279)), '')
{%- endmacro -%}

{#- The same of ids, which differ in every row: one without any such character, nearly all, is left alone, a quarter of
    the time. Texts with few values are quicker trimmed, once per value. -#}
{%- macro trimmed_id(text) -%}
case when {{ matches(text, '[!-~]+') }} then {{ text }} else {{ trimmed(text) }} end
{%- endmacro -%}

{%- macro matches(text, pattern) -%}
{{ return(adapter.dispatch('matches', 'holdfast')(text, pattern)) }}
{%- endmacro -%}

{%- macro default__matches(text, pattern) -%}
regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro -%}

{#- SQL that differs by source: `choices` maps a format's value to SQL, `key` names the format. One value for all
    sources of the entity (the usual case) costs nothing; else a case over _source. -#}
{%- macro by_source(entity, key, choices, default) -%}
{%- set groups = {} -%}
{%- for source, formats in var('formats').get(entity, {}).items() -%}
    {%- do groups.setdefault(formats.get(key, default), []).append(source) -%}
{%- endfor -%}
{%- if groups | length <= 1 -%}
{{ choices[(groups.keys() | list + [default]) | first] }}
{%- else -%}
case
    {%- for value, sources in groups.items() %}
    when _source in ({% for source in sources | sort %}{{ sql_text(source) }}{{ ', ' if not loop.last }}{% endfor %}) then {{ choices[value] }}
    {%- endfor %}
end
{%- endif -%}
{%- endmacro -%}

{#- Money and rates: no more whole digits than fit, no more decimals than the type has (further zeros are none).
    1.005 is no decimal(18,2): it is rejected, never rounded. A thousands separator is always rejected, since
    1.234 and 1,234 mean different numbers in different places. -#}
{%- macro cast_decimal(text, type, decimal_comma) -%}
{%- set precision = type[8:-1].split(',') -%}
{%- set whole = precision[0] | int - precision[1] | int -%}
{%- set pattern = '[+-]?0*\\d{1,' ~ whole ~ '}(?:' ~ (',' if decimal_comma else '[.]') ~ '\\d{1,' ~ precision[1] ~ '}0*)?' -%}
case when {{ matches(text, pattern) }} then try_cast({{ "replace(" ~ text ~ ", ',', '.')" if decimal_comma else text }} as {{ type }}) end
{%- endmacro -%}

{#- 9 and 9.0 are the same whole number; 8.6 is none. -#}
{%- macro cast_integer(text, decimal_comma) -%}
{%- set pattern = '[+-]?0*\\d{1,10}(?:' ~ (',' if decimal_comma else '[.]') ~ '0+)?' -%}
case when {{ matches(text, pattern) }} then try_cast({{ "replace(" ~ text ~ ", ',', '.')" if decimal_comma else text }} as integer) end
{%- endmacro -%}

{%- macro cast_double(text, decimal_comma) -%}
{%- set pattern = '[+-]?\\d{1,15}(?:' ~ (',' if decimal_comma else '[.]') ~ '\\d{1,15})?' -%}
case when {{ matches(text, pattern) }} then try_cast({{ "replace(" ~ text ~ ", ',', '.')" if decimal_comma else text }} as double) end
{%- endmacro -%}

{%- macro cast_boolean(text) -%}
case
    when lower({{ text }}) in ('true', 't', 'yes', 'y', '1') then true
    when lower({{ text }}) in ('false', 'f', 'no', 'n', '0') then false
end
{%- endmacro -%}

{#- The date at the start of a text, by the declared order, and how it is put into ISO order. -#}
{%- macro date_grammar(order) -%}
{%- set grammars = {
    'ymd': ['(\\d{4})[-./] ?(\\d{1,2})[-./] ?(\\d{1,2})[.]?', '\\1-\\2-\\3'],
    'dmy': ['(\\d{1,2})[-./] ?(\\d{1,2})[-./] ?(\\d{4})[.]?', '\\3-\\2-\\1'],
    'mdy': ['(\\d{1,2})[-./] ?(\\d{1,2})[-./] ?(\\d{4})[.]?', '\\3-\\1-\\2'],
} -%}
{{ return(grammars[order]) }}
{%- endmacro -%}

{#- A date; a time of midnight, as spreadsheets and databases add it, is none. A plain ISO date needs no rewriting. -#}
{%- macro cast_date(text, order) -%}
{%- set grammar = date_grammar(order) -%}
case
    {%- if order == 'ymd' %}
    when {{ matches(text, '\\d{4}-\\d{2}-\\d{2}') }} then try_cast({{ text }} as date)
    {%- endif %}
    when {{ matches(text, grammar[0] ~ '(?:[T ]00:00(?::00(?:[.]0+)?)?)?') }}
    then try_cast(regexp_replace({{ text }}, '^{{ grammar[0] }}.*$', '{{ grammar[1] }}') as date)
end
{%- endmacro -%}

{#- A month as its first day: YYYY-MM, or any day in it. -#}
{%- macro cast_month(text, order) -%}
case
    when {{ matches(text, '\\d{4}[-./](?:0[1-9]|1[0-2])') }}
    then try_cast(substr({{ text }}, 1, 4) || '-' || substr({{ text }}, 6, 2) || '-01' as date)
    else cast({{ dbt.date_trunc('month', cast_date(text, order)) }} as date)
end
{%- endmacro -%}
