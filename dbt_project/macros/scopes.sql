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

{#- The attributes that scopes read: every scope type and every attribute an audience filters by. Aggregate to these
    first (`group by` them and the keys), then take audience_rows and scope_sets of the few groups. -#}
{%- macro scope_attributes() -%}
{%- set names = [] -%}
{%- for scope_type in var('scope_types') if scope_type not in names -%}
{%- do names.append(scope_type) -%}
{%- endfor -%}
{%- for audience in var('audiences') -%}
{%- for attribute in (audience.get('filter') or {}) if attribute not in names -%}
{%- do names.append(attribute) -%}
{%- endfor -%}
{%- endfor -%}
{{ return(names) }}
{%- endmacro -%}

{#- One row per whole scope: the company and every audience, as audience, scope_type, scope_value. -#}
{%- macro whole_scopes() -%}
select '(all)' as audience, 'company' as scope_type, '(all)' as scope_value
{%- for audience in var('audiences') %}
union all
select {{ sql_text(audience.name) }} as audience, 'audience' as scope_type, {{ sql_text(audience.name) }} as scope_value
{%- endfor %}
{%- endmacro -%}
