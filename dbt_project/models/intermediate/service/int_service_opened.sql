{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set breakdowns = ['channel', 'category'] -%}

-- Cases opened in a period, by scope, and how long they waited. Order statistics cannot be added up: every scope and
-- every audience sorts its own cases.
with opened as (
    select * from {{ ref('int_service_events') }}
    where event = 'opened'
),

audience_rows as (
    {{ audience_rows('opened') }}
),

final as (
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
)

select * from final
