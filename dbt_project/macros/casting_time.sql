{#- Points in time. Stored as TIMESTAMP in UTC; the local date in the company's zone is derived once, in staging.

    An offset in the value wins; a naive value is read in its source's zone; a date without time is that local date
    and is never converted.
-#}

{%- macro cast_timestamp(text, order, zone) -%}
{%- set grammar = date_grammar(order) -%}
{%- set time = '[T ](?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.]\\d{1,9})?)?' -%}
{%- set offset = ' ?(?:[Zz]|[+-](?:0\\d|1[0-4])(?::?[0-5]\\d)?)' -%}
{%- set iso = "regexp_replace(" ~ text ~ ", '^" ~ grammar[0] ~ "[T ]', '" ~ grammar[1] ~ " ')" -%}
case
    when {{ matches(text, grammar[0] ~ time ~ offset) }}
    then {{ instant_to_utc("try_cast(replace(replace(regexp_replace(" ~ iso ~ ", ' ([+-])', '\\1'), 'z', 'Z'), ' Z', 'Z') as timestamptz)") }}
    when {{ matches(text, grammar[0] ~ time) }}
    then {{ local_to_utc("try_cast(" ~ iso ~ " as timestamp)", zone) }}
    else {{ local_to_utc("cast(" ~ cast_date(text, order) ~ " as timestamp)", sql_text(var('time_zone'))) }}
end
{%- endmacro -%}

{%- macro instant_to_utc(instant) -%}
{{ return(adapter.dispatch('instant_to_utc', 'holdfast')(instant)) }}
{%- endmacro -%}

{%- macro default__instant_to_utc(instant) -%}
timezone('UTC', {{ instant }})
{%- endmacro -%}

{#- Local wall time → UTC. An hour that comes twice is the first; an hour that is missing moves forward. Engines
    differ on the first point, so the earlier candidate (the offset of the day before) is tried and kept if it shows
    the same wall time. -#}
{%- macro local_to_utc(local, zone) -%}
{{ return(adapter.dispatch('local_to_utc', 'holdfast')(local, zone)) }}
{%- endmacro -%}

{%- macro default__local_to_utc(local, zone) -%}
{%- if zone == "'UTC'" -%}
{{ local }}
{%- else -%}
{%- set earlier = "(" ~ local ~ " - ((" ~ local ~ " - interval 1 day) - " ~ default__wall_to_utc("(" ~ local ~ " - interval 1 day)", zone) ~ "))" -%}
case
    when {{ utc_to_local(earlier, zone) }} = {{ local }} then {{ earlier }}
    else {{ default__wall_to_utc(local, zone) }}
end
{%- endif -%}
{%- endmacro -%}

{#- The engine's own conversion, whatever it does with the two hours of doubt. -#}
{%- macro default__wall_to_utc(local, zone) -%}
timezone('UTC', timezone({{ zone }}, {{ local }}))
{%- endmacro -%}

{%- macro utc_to_local(utc, zone) -%}
{{ return(adapter.dispatch('utc_to_local', 'holdfast')(utc, zone)) }}
{%- endmacro -%}

{%- macro default__utc_to_local(utc, zone) -%}
{%- if zone == "'UTC'" -%}
{{ utc }}
{%- else -%}
timezone({{ zone }}, timezone('UTC', {{ utc }}))
{%- endif -%}
{%- endmacro -%}

{#- The local date of a UTC timestamp in the company's zone. -#}
{%- macro local_date(utc) -%}
cast({{ utc_to_local(utc, sql_text(var('time_zone'))) }} as date)
{%- endmacro -%}
