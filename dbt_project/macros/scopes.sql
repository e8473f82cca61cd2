{#- Scopes: every figure is computed for the company, for each audience's filter, and for every breakdown inside both.

    Use in a mart, on a relation (or CTE) that has the columns country, region, segment, account_owner and every scope type:

        with audience_rows as ({{ audience_rows('customer_periods') }})
        select {{ scope_columns() }}, period_type, period_start, period_end, count(*) as customers
        from audience_rows
        group by {{ scope_sets(['period_type', 'period_start', 'period_end']) }}
-#}

{%- macro sql_text(value) -%}
'{{ value | string | replace("'", "''") }}'
{%- endmacro -%}

{#- One copy of the relation for the company ('(all)') and one for each audience, its filter applied. -#}
{%- macro audience_rows(relation) -%}
select *, '(all)' as audience from {{ relation }}
{%- for audience in var('audiences') %}
union all
select *, {{ sql_text(audience.name) }} as audience from {{ relation }}
{%- for attribute, allowed in (audience.get('filter') or {}).items() %}
{{ 'where' if loop.first else 'and' }} {{ attribute }} in (
    {%- for value in allowed %}{{ sql_text(value) }}{{ ', ' if not loop.last }}{% endfor -%})
{%- endfor %}
{%- endfor %}
{%- endmacro -%}

{#- audience, scope_type, scope_value of a row grouped by scope_sets(). -#}
{%- macro scope_columns() -%}
    audience,
    case
        {%- for scope_type in var('scope_types') %}
        when grouping({{ scope_type }}) = 0 then '{{ scope_type }}'
        {%- endfor %}
        when audience = '(all)' then 'company'
        else 'audience'
    end as scope_type,
    case
        {%- for scope_type in var('scope_types') %}
        when grouping({{ scope_type }}) = 0 then {{ scope_type }}
        {%- endfor %}
        else audience
    end as scope_value
{%- endmacro -%}

{#- The grouping sets: the whole audience, then one per scope type; `keys` are the further grouping columns. -#}
{%- macro scope_sets(keys) -%}
grouping sets (
    (audience, {{ keys | join(', ') }})
    {%- for scope_type in var('scope_types') %},
    (audience, {{ scope_type }}, {{ keys | join(', ') }})
    {%- endfor %}
)
{%- endmacro -%}
