{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set breakdowns = ['channel', 'category'] -%}
{%- set columns = [
    'period_number', 'is_complaint', 'has_order', 'is_self_service', 'is_self_served', 'response_seconds',
    'resolution_seconds',
] -%}
{%- set in_breakdowns = "grouped.grouped_type in ('" ~ breakdowns | join("', '") ~ "')" -%}
{%- set figures = [
    'cases', 'cases_answered', 'cases_resolved', 'complaints', 'cases_with_order', 'self_service_numerator',
    'self_service_denominator', 'first_response_seconds_median', 'first_response_seconds_p90',
    'resolution_seconds_median', 'resolution_seconds_p90',
] -%}

-- Cases opened in a period, by scope, and how long they waited. Order statistics cannot be added up: every scope and
-- every audience sorts its own cases; an audience that sees everything has the company's rows. Rows are grouped by whole
-- numbers; texts come back with the few groups.
with {{ value_codes({'channel': ref('int_cases_timed'), 'category': ref('int_cases_timed')}) }},

periods as (
    select
        *,
        row_number() over (order by period_type, period_end) as period_number
    from {{ ref('int_periods') }}
),

opened as (
    select
        cast(periods.period_number as integer) as period_number,
        events.attributes_key,
        events.plan_key,
        events.channel,
        events.category,
        case when events.is_complaint then 1 else 0 end as is_complaint,
        case when events.order_channel is not null then 1 else 0 end as has_order,
        case when events.is_self_service then 1 else 0 end as is_self_service,
        case when events.is_self_service and events.is_resolved_without_agent then 1 else 0 end as is_self_served,
        events.response_seconds,
        events.resolution_seconds
    from {{ ref('int_service_events') }} as events
    inner join periods on events.period_type = periods.period_type and events.period_end = periods.period_end
    where events.event = 'opened'
),

-- In the order of periods, so that the cases of a group lie together: order statistics then take half of the time.
coded as (
    {{ coded_rows('opened', columns, breakdowns) }}
    order by period_number
),

seen as (
    select *, 0 as audience_number from coded
    {%- for audience in filtered_audiences() %}
    union all
    select *, {{ loop.index }} as audience_number from coded where {{ is_seen_by(loop.index, 'mask') }}
    {%- endfor %}
),

grouped as (
    {%- for name in ['(all)'] + var('scope_types') + breakdowns %}
    select
        '{{ name }}' as grouped_type,
        {{ 'cast(0 as smallint)' if name == '(all)' else name }} as code,
        audience_number,
        period_number,
        count(*) as cases,
        count(response_seconds) as cases_answered,
        count(resolution_seconds) as cases_resolved,
        sum(is_complaint) as complaints,
        cast(sum(has_order) as bigint) as cases_with_order,
        sum(is_self_served) as self_service_numerator,
        sum(is_self_service) as self_service_denominator,
        {{ order_statistic('response_seconds', 0.5) }} as first_response_seconds_median,
        {{ order_statistic('response_seconds', 0.9) }} as first_response_seconds_p90,
        {{ order_statistic('resolution_seconds', 0.5) }} as resolution_seconds_median,
        {{ order_statistic('resolution_seconds', 0.9) }} as resolution_seconds_p90
    from seen
    group by audience_number, period_number{{ '' if name == '(all)' else ', ' ~ name }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

audiences as (
    select 0 as audience_number, '(all)' as audience
    {%- for audience in filtered_audiences() %}
    union all
    select {{ loop.index }}, {{ sql_text(audience.name) }}
    {%- endfor %}
),

named as (
    select
        audiences.audience,
        case
            when grouped.grouped_type = '(all)' or {{ in_breakdowns }}
                then case when grouped.audience_number = 0 then 'company' else 'audience' end
            else grouped.grouped_type
        end as scope_type,
        case
            when grouped.grouped_type = '(all)' or {{ in_breakdowns }} then audiences.audience
            else named_values.grouped_value
        end as scope_value,
        case when {{ in_breakdowns }} then grouped.grouped_type else 'whole' end as breakdown,
        case when {{ in_breakdowns }} then named_values.grouped_value else '(all)' end as value,
        {%- for key in keys %}
        periods.{{ key }},
        {%- endfor %}
        {%- for figure in figures %}
        grouped.{{ figure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from grouped
    inner join audiences on grouped.audience_number = audiences.audience_number
    inner join periods on grouped.period_number = periods.period_number
    inner join named_values on grouped.grouped_type = named_values.grouped_type and grouped.code = named_values.code
),

final as (
    select
        {{ copied_scope('named', 'copies') }},
        {%- for column in keys + ['breakdown', 'value'] + figures %}
        named.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from named
    inner join ({{ audience_copies() }}) as copies on named.audience = copies.rows_of
)

select * from final
