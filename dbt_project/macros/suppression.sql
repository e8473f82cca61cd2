{#- Small groups: figures about one to min_group_size − 1 customers are not shown.

    Use in an rpt_ model:

        with rows_judged as ({{ suppressed_rows('rates', 'customers_start', ['period_type', 'period_start', 'period_end']) }})
        select audience, scope_type, scope_value, is_suppressed, {{ shown('retention_rate') }} from rows_judged

    `keys` are the columns that, with audience and scope_type, make one breakdown: the rows a reader would see side by
    side and could subtract from their total.
-#}

{#- Every row of `relation` with is_suppressed. The company's own row, and the whole of an audience without a filter
    (which is the company), are never suppressed. If a breakdown would have exactly one suppressed row, its next
    smallest (ties: by scope_value, or by what `order_by` names) is suppressed as well, or the first could be had by
    subtraction.
    Few breakdowns have one small row alone: only their rows are put in order.
    The helper column group_class comes along: name the columns you select. -#}
{%- macro suppressed_rows(relation, denominator, keys, order_by=['scope_value']) -%}
with classed_rows as (
    select
        *,
        case
            when scope_type = 'company' or {{ is_whole_company_audience() }} then 'exempt'
            when {{ denominator }} between 1 and {{ var('min_group_size') - 1 }} then 'small'
            when {{ denominator }} > 0 then 'large'
            else 'empty'
        end as group_class
    from {{ relation }}
),

alone as (
    select audience, scope_type, {{ keys | join(', ') }}
    from classed_rows
    where group_class = 'small'
    group by audience, scope_type, {{ keys | join(', ') }}
    having count(*) = 1
),

next_smallest as (
    select *
    from (
        select
            classed_rows.*,
            row_number() over (
                partition by classed_rows.audience, classed_rows.scope_type, classed_rows.{{ keys | join(', classed_rows.') }}
                order by classed_rows.{{ ([denominator] + order_by) | join(', classed_rows.') }}
            ) as size_rank
        from classed_rows
        inner join alone on {{ same_row('classed_rows', 'alone', keys) }}
        where classed_rows.group_class = 'large'
    ) as ranked
    where size_rank = 1
)

select
    classed_rows.*,
    classed_rows.group_class = 'small' or next_smallest.size_rank is not null as is_suppressed
from classed_rows
left join next_smallest on {{ same_row('classed_rows', 'next_smallest', (keys + [denominator] + order_by) | unique) }}
{%- endmacro -%}

{%- macro same_row(one, other, columns) -%}
{{ one }}.audience = {{ other }}.audience and {{ one }}.scope_type = {{ other }}.scope_type
    {%- for column in columns %}
    and {{ one }}.{{ column }} is not distinct from {{ other }}.{{ column }}
    {%- endfor %}
{%- endmacro -%}

{#- True on the row of an audience that has no filter. -#}
{%- macro is_whole_company_audience() -%}
{%- set names = [] -%}
{%- for audience in var('audiences') if not audience.get('filter') -%}
{%- do names.append(sql_text(audience.name)) -%}
{%- endfor -%}
{%- if names -%} (scope_type = 'audience' and audience in ({{ names | join(', ') }})) {%- else -%} false {%- endif -%}
{%- endmacro -%}

{#- A figure of a judged row: NULL where it is suppressed. -#}
{%- macro shown(column) -%}
case when not is_suppressed then {{ column }} end as {{ column }}
{%- endmacro -%}
