{#- How durations are counted for the curves of survival.sql, by the days since their origin.

    Add here: what is counted by day, month and stratum. Keep out: the curve, and whose durations they are (the models).

    A duration begins on `origin_on`, is under observation from `entered_on` on (the same day unless its beginning lies
    before the history) and ended on `ended_on`, NULL while it has not. On a report's last day D it counts if it was
    entered by then: with its end where that came by D and `is_event`, as censored at its end where it is no event, and
    as censored on D otherwise.
-#}

{#- Rows of `relation` summed over `keys` for the company and every filtered audience, and within it for every value of
    each of the attributes `strata`. Sums the columns `measures`. -#}
{%- macro summed_by_stratum(relation, strata, keys, measures) -%}
{%- set filters = audience_attributes() -%}
with attributed as (
    select *{{ stratum_copies(strata) }} from {{ relation }}
),

stratified as (
    select
        {{ filters | join(', ') }}{{ ',' if filters }}
        {{ stratum_columns(strata) }},
        {{ keys | join(', ') }},
        {{ summed(measures) }}
    from attributed
    group by {{ stratum_sets(filters, strata, keys) }}
),

seen_by_audiences as (
    {{ differing_audience_rows('stratified') }}
)

select
    audience,
    stratum_type,
    stratum_value,
    {{ keys | join(', ') }},
    {{ summed(measures) }}
from seen_by_audiences
group by audience, stratum_type, stratum_value, {{ keys | join(', ') }}
{%- endmacro -%}

{%- macro summed(measures) -%}
{%- for measure in measures -%} sum({{ measure }}) as {{ measure }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro -%}

{#- Copies under a name of their own: an audience may filter by the very attribute. -#}
{%- macro stratum_copies(strata) -%}
{%- for attribute in strata -%} , {{ attribute }} as stratum_{{ attribute }} {%- endfor -%}
{%- endmacro -%}

{%- macro stratum_columns(strata) -%}
{%- if strata -%}
case {% for attribute in strata %}when grouping(stratum_{{ attribute }}) = 0 then '{{ attribute }}' {% endfor %}else '(all)' end as stratum_type,
case {% for attribute in strata %}when grouping(stratum_{{ attribute }}) = 0 then stratum_{{ attribute }} {% endfor %}else '(all)' end as stratum_value
{%- else -%}
'(all)' as stratum_type, '(all)' as stratum_value
{%- endif -%}
{%- endmacro -%}

{%- macro stratum_sets(filters, strata, keys) -%}
grouping sets (
    ({{ (filters + keys) | join(', ') }})
    {%- for attribute in strata %}, ({{ (filters + ['stratum_' ~ attribute] + keys) | join(', ') }}){% endfor -%}
)
{%- endmacro -%}

{#- For every closed month and stratum: how many durations ended (`events`), left observation (`exits`, events among
    them) or came under it late (`entries`), by the days since their origin. Durations beyond `longest` days, if given,
    are all counted at `longest`: they are at risk until then. One row of `relation` is one duration; it has
    origin_on, entered_on, ended_on, is_event, the strata and the attributes audiences filter by.
    What has ended is summed month by month; what still runs is censored on another day each month, and is counted by
    the day of its origin: nothing is repeated for every customer and month. -#}
{%- macro duration_counts(relation, strata, longest=none) -%}
with {{ numbered_counts(relation, strata, longest) }}

select
    copies.audience,
    case when copies.audience = '(all)' then 'company' else 'audience' end as scope_type,
    copies.audience as scope_value,
    curves.stratum_type,
    curves.stratum_value,
    'month' as period_type,
    curves.period_start,
    curves.period_end,
    counted.days,
    counted.exits,
    counted.events,
    counted.entries
from counted
inner join curves on counted.curve_number = curves.curve_number
inner join ({{ audience_copies() }}) as copies on curves.audience = copies.rows_of
{%- endmacro -%}

{#- The same as CTEs, for the company and filtered audiences: `counted` by a curve's number and days, and `curves`, what
    the number stands for: audience, stratum_type, stratum_value, period_start, period_end. One number instead of six
    keys: sorting and grouping by texts is slow. -#}
{%- macro numbered_counts(relation, strata, longest=none) -%}
{%- set scopes = ['audience', 'stratum_type', 'stratum_value'] -%}
{%- set attributes = [] -%}
{%- for name in strata + audience_attributes() if name not in attributes %}{% do attributes.append(name) %}{% endfor -%}
{%- set listed = (attributes | join(', ')) ~ (', ' if attributes else '') -%}
months as (
    select
        period_start,
        period_end,
        row_number() over (order by period_start) as month_number
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

settled_rows as (
    select
        {{ listed }}{{ capped_days('origin_on', 'ended_on', longest) }} as days,
        {{ month_of('ended_on') }} as changed_in,
        1 as exits,
        case when is_event then 1 else 0 end as events,
        0 as entries
    from {{ relation }}
    where ended_on is not null

    union all

    select
        {{ listed }}{{ capped_days('origin_on', 'entered_on', longest) }} as days,
        {{ month_of('entered_on') }} as changed_in,
        0 as exits,
        0 as events,
        1 as entries
    from {{ relation }}
    where entered_on > origin_on
),

running_rows as (
    select {{ listed }}origin_on, {{ month_of('entered_on') }} as changed_in, 1 as running
    from {{ relation }}
    union all
    select {{ listed }}origin_on, {{ month_of('ended_on') }} as changed_in, -1 as running
    from {{ relation }}
    where ended_on is not null
),

settled as (
    select * from (
        {{ summed_by_stratum('settled_rows', strata, ['days', 'changed_in'], ['exits', 'events', 'entries']) }}
    ) as summed
),

running as (
    select * from (
        {{ summed_by_stratum('running_rows', strata, ['origin_on', 'changed_in'], ['running']) }}
    ) as summed
),

scopes as (
    select
        {{ scopes | join(', ') }},
        row_number() over (order by {{ scopes | join(', ') }}) as scope_number
    from (
        select {{ scopes | join(', ') }} from settled
        union
        select {{ scopes | join(', ') }} from running
    ) as found
),

{% for part, day, measures in [('settled', 'days', ['exits', 'events', 'entries']), ('running', 'origin_on', ['running'])] -%}
{{ part }}_numbered as (
    select
        scopes.scope_number,
        {{ part }}.{{ day }},
        {{ part }}.changed_in
        {%- for measure in measures %},
        cast({{ part }}.{{ measure }} as integer) as {{ measure }}
        {%- endfor %}
    from {{ part }}
    inner join scopes
        on
            {%- for scope in scopes %}
            {{ 'and ' if not loop.first }}{{ part }}.{{ scope }} = scopes.{{ scope }}
            {%- endfor %}
),

{{ part }}_so_far as (
    select
        scope_number,
        {{ day }},
        changed_in,
        lead(changed_in) over changes as holds_until
        {%- for measure in measures %},
        sum({{ measure }}) over (changes rows between unbounded preceding and current row) as {{ measure }}
        {%- endfor %}
    from {{ part }}_numbered
    window changes as (partition by scope_number, {{ day }} order by changed_in)
),

{% endfor -%}
at_month_ends as (
    select
        {{ curve_number('settled_so_far') }} as curve_number,
        cast(settled_so_far.days as integer) as days,
        cast(settled_so_far.exits as integer) as exits,
        cast(settled_so_far.events as integer) as events,
        cast(settled_so_far.entries as integer) as entries
    from settled_so_far
    inner join months on {{ is_within('months.period_start', 'changed_in', 'holds_until') }}

    union all

    select
        {{ curve_number('running_so_far') }} as curve_number,
        cast({{ capped_days('running_so_far.origin_on', 'months.period_end', longest) }} as integer) as days,
        cast(running_so_far.running as integer) as exits,
        0 as events,
        0 as entries
    from running_so_far
    inner join months on {{ is_within('months.period_start', 'changed_in', 'holds_until') }}
    where running_so_far.running > 0
),

counted as (
    select
        curve_number,
        cast(days as bigint) as days,
        cast(sum(exits) as bigint) as exits,
        cast(sum(events) as bigint) as events,
        cast(sum(entries) as bigint) as entries
    from at_month_ends
    group by curve_number, days
),

curves as (
    select
        {{ curve_number('scopes') }} as curve_number,
        {%- for scope in scopes %}
        scopes.{{ scope }},
        {%- endfor %}
        months.period_start,
        months.period_end
    from scopes
    cross join months
)
{%- endmacro -%}

{#- A hundred thousand months are eight thousand years. -#}
{%- macro curve_number(scoped) -%}
cast({{ scoped }}.scope_number * 100000 + months.month_number as bigint)
{%- endmacro -%}

{#- Days from one date to another, at most `longest`. -#}
{%- macro capped_days(from_on, until_on, longest) -%}
{%- if longest is none -%}
{{ dbt.datediff(from_on, until_on, 'day') }}
{%- else -%}
least({{ dbt.datediff(from_on, until_on, 'day') }}, {{ longest }})
{%- endif -%}
{%- endmacro -%}
