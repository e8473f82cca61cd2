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

{#- The same without the audiences that see everything: they are the company. For many rows; audience_copies() then gives
    those audiences their rows. -#}
{%- macro differing_audience_rows(relation) -%}
select *, '(all)' as audience from {{ relation }}
{%- for audience in var('audiences') if audience.get('filter') %}
union all
select *, {{ sql_text(audience.name) }} as audience from {{ relation }}
{%- for attribute, allowed in audience.filter.items() %}
{{ 'where' if loop.first else 'and' }} {{ attribute }} in (
    {%- for value in allowed %}{{ sql_text(value) }}{{ ', ' if not loop.last }}{% endfor -%})
{%- endfor %}
{%- endfor %}
{%- endmacro -%}

{#- Every audience with the one whose rows it has: an audience without a filter has the company's. Join on rows_of =
    audience; copied_scope() are the audience, scope_type and scope_value of the joined row. -#}
{%- macro audience_copies() -%}
select '(all)' as audience, '(all)' as rows_of
{%- for audience in var('audiences') %}
union all
select {{ sql_text(audience.name) }} as audience, {{ sql_text(audience.name) if audience.get('filter') else "'(all)'" }} as rows_of
{%- endfor %}
{%- endmacro -%}

{%- macro copied_scope(rows, copies) -%}
    {{ copies }}.audience,
    case
        when {{ rows }}.scope_type = 'company' and {{ copies }}.audience <> '(all)' then 'audience'
        else {{ rows }}.scope_type
    end as scope_type,
    case
        when {{ rows }}.scope_type in ('company', 'audience') then {{ copies }}.audience
        else {{ rows }}.scope_value
    end as scope_value
{%- endmacro -%}

{#- audience, scope_type, scope_value of a row grouped by scope_sets(); `further` are breakdowns that only this mart has
    (an attribute of its own with one value per customer), the same in both macros. -#}
{%- macro scope_columns(further=[]) -%}
    audience,
    case
        {%- for scope_type in var('scope_types') + further %}
        when grouping({{ scope_type }}) = 0 then '{{ scope_type }}'
        {%- endfor %}
        when audience = '(all)' then 'company'
        else 'audience'
    end as scope_type,
    {%- if var('scope_types') + further %}
    case
        {%- for scope_type in var('scope_types') + further %}
        when grouping({{ scope_type }}) = 0 then {{ scope_type }}
        {%- endfor %}
        else audience
    end as scope_value
    {%- else %}
    audience as scope_value
    {%- endif %}
{%- endmacro -%}

{#- The grouping sets: the whole audience, then one per scope type; `keys` are the further grouping columns. -#}
{%- macro scope_sets(keys, further=[]) -%}
grouping sets (
    (audience, {{ keys | join(', ') }})
    {%- for scope_type in var('scope_types') + further %},
    (audience, {{ scope_type }}, {{ keys | join(', ') }})
    {%- endfor %}
)
{%- endmacro -%}

{#- The attributes that scopes read: every scope type and every attribute an audience filters by. Aggregate to these
    first (`group by` them and the keys), then take audience_rows and scope_sets of the few groups. -#}
{%- macro scope_attributes() -%}
{{ return((var('scope_types') + audience_attributes()) | unique(case_sensitive=true) | list) }}
{%- endmacro -%}

{#- One row per whole scope: the company and every audience, as audience, scope_type, scope_value. -#}
{%- macro whole_scopes() -%}
select '(all)' as audience, 'company' as scope_type, '(all)' as scope_value
{%- for audience in var('audiences') %}
union all
select {{ sql_text(audience.name) }} as audience, 'audience' as scope_type, {{ sql_text(audience.name) }} as scope_value
{%- endfor %}
{%- endmacro -%}

{#- The attributes that audiences filter by. -#}
{%- macro audience_attributes() -%}
{%- set names = [] -%}
{%- for audience in var('audiences') -%}
{%- for attribute in (audience.get('filter') or {}) if attribute not in names -%}
{%- do names.append(attribute) -%}
{%- endfor -%}
{%- endfor -%}
{{ return(names) }}
{%- endmacro -%}
