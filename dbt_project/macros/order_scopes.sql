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
