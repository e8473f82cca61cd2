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
    Helper columns group_class, small_groups and size_rank come along: name the columns you select. -#}
{%- macro suppressed_rows(relation, denominator, keys, order_by=['scope_value']) -%}
select
    ranked.*,
    coalesce(
        group_class = 'small' or (group_class = 'large' and small_groups = 1 and size_rank = 1),
        false
    ) as is_suppressed
from (
    select
        classed.*,
        sum(case when group_class = 'small' then 1 else 0 end) over (
            partition by audience, scope_type, {{ keys | join(', ') }}
        ) as small_groups,
        row_number() over (
            partition by audience, scope_type, {{ keys | join(', ') }}, group_class
            order by {{ denominator }}, {{ order_by | join(', ') }}
        ) as size_rank
    from (
        select
            *,
            case
                when scope_type = 'company' or {{ is_whole_company_audience() }} then 'exempt'
                when {{ denominator }} between 1 and {{ var('min_group_size') - 1 }} then 'small'
                when {{ denominator }} > 0 then 'large'
                else 'empty'
            end as group_class
        from {{ relation }}
    ) as classed
) as ranked
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
