{#- Points in time. Stored as TIMESTAMP in UTC; the local date in the company's zone is derived once, in staging.

    An offset in the value wins; a naive value is read in its source's zone; a date without time is that local date
    and is never converted.
-#}

{%- macro time_grammar() -%}
{{ return('[T ](?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.]\\d{1,9})?)?') }}
{%- endmacro -%}

{%- macro offset_grammar() -%}
{{ return(' ?(?:[Zz]|[+-](?:0\\d|1[0-4])(?::?[0-5]\\d)?)') }}
{%- endmacro -%}

{#- No shorter text holds a date and a time: 2024-1-1 1:00. Most times are dates alone, and need no grammar of times. -#}
{%- macro may_hold_time(text) -%}
length({{ text }}) > 12
{%- endmacro -%}

{%- macro iso_order(text, order) -%}
{%- set grammar = date_grammar(order) -%}
{%- set rewritten = "regexp_replace(" ~ text ~ ", '^" ~ grammar[0] ~ "[T ]', '" ~ grammar[1] ~ " ')" -%}
{%- if order == 'ymd' -%}
case when {{ matches(text, '\\d{4}-\\d{2}-\\d{2}[T ].*') }} then {{ text }} else {{ rewritten }} end
{%- else -%}
{{ rewritten }}
{%- endif -%}
{%- endmacro -%}

{#- A value with an offset, as UTC. -#}
{%- macro cast_instant(text, order) -%}
case
    when {{ may_hold_time(text) }} and {{ matches(text, date_grammar(order)[0] ~ time_grammar() ~ offset_grammar()) }}
    then {{ instant_to_utc("try_cast(" ~ joined_offset(iso_order(text, order)) ~ " as timestamptz)") }}
end
{%- endmacro -%}

{#- The cast knows no space before the offset and no small z. -#}
{%- macro joined_offset(text) -%}
replace(replace(replace(upper({{ text }}), ' Z', 'Z'), ' +', '+'), ' -', '-')
{%- endmacro -%}

{#- A value without offset, as the clock on the wall showed it; a date alone is its midnight. -#}
{%- macro cast_wall(text, order) -%}
case
    when {{ may_hold_time(text) }} and {{ matches(text, date_grammar(order)[0] ~ time_grammar()) }}
    then try_cast({{ iso_order(text, order) }} as timestamp)
    else cast({{ cast_date(text, order) }} as timestamp)
end
{%- endmacro -%}

{%- macro instant_to_utc(instant) -%}
{{ return(adapter.dispatch('instant_to_utc', 'holdfast')(instant)) }}
{%- endmacro -%}

{%- macro default__instant_to_utc(instant) -%}
make_timestamp(epoch_us({{ instant }}))
{%- endmacro -%}

{#- Wall time → UTC, in three steps so that nothing is computed twice. An hour that comes twice is the first; an hour
    that is missing moves forward. Engines differ on the first point, so the earlier candidate (by the offset of the
    day before) is kept if it shows the same wall time. -#}
{%- macro earlier_utc(wall, zone) -%}
{{ wall }} - (({{ wall }} - interval 1 day) - {{ wall_to_utc("(" ~ wall ~ " - interval 1 day)", zone) }})
{%- endmacro -%}

{%- macro is_shown(wall, earlier, zone) -%}
{{ utc_to_local(earlier, zone) }} = {{ wall }}
{%- endmacro -%}

{%- macro settled_utc(wall, earlier, shown, zone) -%}
case when {{ shown }} then {{ earlier }} else {{ wall_to_utc(wall, zone) }} end
{%- endmacro -%}

{%- macro wall_to_utc(wall, zone) -%}
{{ return(adapter.dispatch('wall_to_utc', 'holdfast')(wall, zone)) }}
{%- endmacro -%}

{#- The engine's own conversion, whatever it does with the two hours of doubt. UTC itself is counted in microseconds: asked
    as a zone it costs as much as any other. -#}
{%- macro default__wall_to_utc(wall, zone) -%}
make_timestamp(epoch_us(timezone({{ zone }}, {{ wall }})))
{%- endmacro -%}

{%- macro utc_to_local(utc, zone) -%}
{{ return(adapter.dispatch('utc_to_local', 'holdfast')(utc, zone)) }}
{%- endmacro -%}

{%- macro default__utc_to_local(utc, zone) -%}
{%- if zone == "'UTC'" -%}
{{ utc }}
{%- else -%}
timezone({{ zone }}, make_timestamptz(epoch_us({{ utc }})))
{%- endif -%}
{%- endmacro -%}

{#- The local date of a UTC timestamp in the company's zone. -#}
{%- macro local_date(utc) -%}
cast({{ utc_to_local(utc, sql_text(var('time_zone'))) }} as date)
{%- endmacro -%}
