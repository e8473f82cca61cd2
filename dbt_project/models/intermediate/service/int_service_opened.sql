{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set breakdowns = ['channel', 'category'] -%}
{%- set figures = [
    'cases', 'cases_answered', 'cases_resolved', 'complaints', 'cases_with_order', 'self_service_numerator',
    'self_service_denominator', 'first_response_seconds_median', 'first_response_seconds_p90',
    'resolution_seconds_median', 'resolution_seconds_p90',
] -%}

-- Cases opened in a period, by scope, and how long they waited. Order statistics cannot be added up: every scope and
-- every audience sorts its own cases; an audience that sees everything has the company's rows.
with opened as (
    select * from {{ ref('int_service_events') }}
    where event = 'opened'
),

audience_rows as (
    {{ differing_audience_rows('opened') }}
),

counted as (
    select
        {{ scope_columns() }},
        {{ breakdown_columns(breakdowns) }},
        {{ keys | join(', ') }},
        count(*) as cases,
        count(response_seconds) as cases_answered,
        count(resolution_seconds) as cases_resolved,
        {{ count_if('is_complaint') }} as complaints,
        count(order_channel) as cases_with_order,
        {{ count_if('is_self_service and is_resolved_without_agent') }} as self_service_numerator,
        {{ count_if('is_self_service') }} as self_service_denominator,
        {{ order_statistic('response_seconds', 0.5) }} as first_response_seconds_median,
        {{ order_statistic('response_seconds', 0.9) }} as first_response_seconds_p90,
        {{ order_statistic('resolution_seconds', 0.5) }} as resolution_seconds_median,
        {{ order_statistic('resolution_seconds', 0.9) }} as resolution_seconds_p90
    from audience_rows
    group by {{ scope_and_breakdown_sets(keys, breakdowns) }}
),

final as (
    select
        {{ copied_scope('counted', 'copies') }},
        {%- for column in keys + ['breakdown', 'value'] + figures %}
        counted.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
    inner join ({{ audience_copies() }}) as copies on counted.audience = copies.rows_of
)

select * from final
