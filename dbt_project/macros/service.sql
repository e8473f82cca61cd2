{#- Sums over scopes and over what an event has of its own (its channel, its category).

    Add here: how counted events become figures of every scope. Keep out: which events count (that is in the models).
-#}

{#- Sums of `measures` (columns that can be added up) by scope and `keys`: a query of its own, for a CTE. `breakdowns` are
    further columns, each summed in the company and in every audience alone, as breakdown and value; the rows
    without one are breakdown 'whole', value '(all)'. `relation` has the attributes of every scope.
    What audiences see is filtered after adding up: their filters are kept as keys until then. -#}
{%- macro scope_sums(relation, keys, measures, breakdowns=[]) -%}
{%- set filters = audience_attributes() -%}
{%- set kept = [] -%}
{%- for name in filters -%}{%- do kept.append('filter_' ~ name) -%}{%- endfor -%}
with copied as (
    select
        *
        {%- for name in filters %},
        {{ name }} as filter_{{ name }}
        {%- endfor %}
    from {{ relation }}
),

stratified as (
    select
        {%- for name in filters %}
        filter_{{ name }} as {{ name }},
        {%- endfor %}
        {%- if var('scope_types') %}
        case
            {%- for scope_type in var('scope_types') %}
            when grouping({{ scope_type }}) = 0 then '{{ scope_type }}'
            {%- endfor %}
            else '(whole)'
        end as stratum_type,
        case
            {%- for scope_type in var('scope_types') %}
            when grouping({{ scope_type }}) = 0 then {{ scope_type }}
            {%- endfor %}
        end as stratum_value,
        {%- else %}
        '(whole)' as stratum_type,
        cast(null as varchar) as stratum_value,
        {%- endif %}
        {{ breakdown_columns(breakdowns) }},
        {{ keys | join(', ') }},
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from copied
    group by grouping sets (
        ({{ (kept + keys) | join(', ') }})
        {%- for name in var('scope_types') + breakdowns %},
        ({{ (kept + [name] + keys) | join(', ') }})
        {%- endfor %}
    )
),

heard as (
    {{ audience_rows('stratified') }}
)

select
    audience,
    case
        when stratum_type <> '(whole)' then stratum_type
        when audience = '(all)' then 'company'
        else 'audience'
    end as scope_type,
    case when stratum_type = '(whole)' then audience else stratum_value end as scope_value,
    breakdown,
    value,
    {{ keys | join(', ') }},
    {%- for measure in measures %}
    sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
from heard
group by audience, stratum_type, stratum_value, breakdown, value, {{ keys | join(', ') }}
{%- endmacro -%}

{#- breakdown and value of a row grouped over `breakdowns`. -#}
{%- macro breakdown_columns(breakdowns) -%}
{%- if breakdowns -%}
case
    {%- for name in breakdowns %}
    when grouping({{ name }}) = 0 then '{{ name }}'
    {%- endfor %}
    else 'whole'
end as breakdown,
case
    {%- for name in breakdowns %}
    when grouping({{ name }}) = 0 then {{ name }}
    {%- endfor %}
    else '(all)'
end as value
{%- else -%}
'whole' as breakdown,
'(all)' as value
{%- endif -%}
{%- endmacro -%}

{#- The ⌈share · n⌉-th smallest of n values: always one that occurred. NULL is later than every other value. -#}
{%- macro order_statistic(value, share) -%}
nullif(
    percentile_disc({{ share }}) within group (order by coalesce({{ value }}, {{ never() }})), {{ never() }}
)
{%- endmacro -%}

{#- More seconds than anybody has waited. -#}
{%- macro never() -%} cast(999999999999 as bigint) {%- endmacro -%}

{#- Months with the periods they are part of: an event joins its periods by its month. -#}
{%- macro months_of_periods() -%}
select
    months.period_start as month_start,
    periods.period_type,
    periods.period_start,
    periods.period_end
from {{ ref('int_periods') }} as periods
inner join {{ ref('int_periods') }} as months
    on months.period_start between periods.period_start and periods.period_end
where months.period_type = 'month'
{%- endmacro -%}
