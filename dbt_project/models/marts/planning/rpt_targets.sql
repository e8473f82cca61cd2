-- A target holds for a row of the marts if both speak of the same customers: the company's for every audience without
-- a filter, a breakdown's for the audience whose filter is exactly it. One set for an audience by name comes first.
with targets as (
    select
        metric,
        month as period_start,
        {{ month_end('month') }} as period_end,
        scope_type,
        scope_value,
        value as target_value
    from {{ ref('int_targets_admitted') }}
),

holding as (
    select
        '(all)' as audience,
        scope_type = 'company' as is_whole,
        targets.*
    from targets
    where scope_type <> 'audience'
    {%- for audience in var('audiences') %}
    {%- set name = sql_text(audience.name) %}
    {%- set filter = audience.get('filter') or {} %}
    {%- set is_one_value = filter | length == 1 and (filter.values() | first) | length == 1 %}

    union all

    select
        {{ name }} as audience,
        scope_type in ('company', 'audience') as is_whole,
        targets.*
    from targets
    where
        (scope_type = 'audience' and scope_value = {{ name }})
        {%- if not filter %}
        or scope_type <> 'audience'
        {%- elif is_one_value %}
        {%- set attribute = filter.keys() | first %}
        or (scope_type = '{{ attribute }}' and scope_value = {{ sql_text(filter[attribute][0]) }})

    union all

    select
        {{ name }} as audience,
        true as is_whole,
        targets.*
    from targets
    where scope_type = '{{ attribute }}' and scope_value = {{ sql_text(filter[attribute][0]) }}
        {%- endif %}
    {%- endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by audience, is_whole, case when not is_whole then scope_type || ':' || scope_value end, metric, period_start
            order by case scope_type when 'audience' then 1 else 2 end, scope_value
        ) as precedence
    from holding
),

final as (
    select
        audience,
        case
            when not is_whole then scope_type
            when audience = '(all)' then 'company'
            else 'audience'
        end as scope_type,
        case when is_whole then audience else scope_value end as scope_value,
        'month' as period_type,
        period_start,
        period_end,
        metric,
        false as is_suppressed,
        target_value
    from ranked
    where precedence = 1
)

select * from final
