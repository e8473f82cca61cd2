{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set row = scope + ['breakdown', 'value'] -%}
{%- set breakdowns = ['channel', 'category'] -%}
{%- set times = [
    'first_response_seconds_median', 'first_response_seconds_p90', 'resolution_seconds_median', 'resolution_seconds_p90'
] -%}
{%- set of_opened = [
    'cases', 'cases_answered', 'cases_resolved', 'complaints', 'self_service_numerator', 'self_service_denominator',
    'returns_numerator',
] -%}
{%- set of_resolved = [
    'resolved_cases', 'first_contact_numerator', 'first_contact_denominator', 'told_numerator', 'told_denominator'
] -%}
{%- set of_answers = ['csat_numerator', 'csat_denominator'] -%}
{%- set of_orders = ['returns_denominator'] -%}
{%- set of_followed = ['churn_3m_numerator', 'churn_3m_denominator'] -%}
{#- 0 where there was nothing to count; the others are NULL where they cannot be told. -#}
{%- set counts = of_opened + of_resolved + of_answers -%}
{%- set parts = {
    'asked': [], 'opened': times + of_opened, 'resolved': of_resolved, 'answered': of_answers, 'ordered': of_orders,
    'returned': ['returns_numerator'] + of_orders, 'followed': of_followed,
} -%}

with opened as (
    select
        *,
        cases_with_order as returns_numerator
    from {{ ref('int_service_opened') }}
),

resolved_rows as (
    select
        *,
        1 as resolved_cases,
        case when is_first_contact then 1 else 0 end as first_contact_numerator,
        case when is_first_contact is not null then 1 else 0 end as first_contact_denominator,
        case when is_told then 1 else 0 end as told_numerator,
        case when is_told is not null then 1 else 0 end as told_denominator
    from {{ ref('int_service_events') }}
    where event = 'resolved'
),

resolved as (
    {{ scope_sums('resolved_rows', keys, of_resolved, breakdowns) }}
),

answer_rows as (
    select
        *,
        case when is_satisfied then 1 else 0 end as csat_numerator,
        1 as csat_denominator
    from {{ ref('int_service_events') }}
    where event = 'answered'
),

answered as (
    {{ scope_sums('answer_rows', keys, of_answers, breakdowns) }}
),

followed as (
    select * from {{ ref('int_service_followed') }}
),

ordered as (
    select
        {{ scope | join(', ') }},
        'whole' as breakdown,
        '(all)' as value,
        orders as returns_denominator
    from {{ ref('fct_orders') }}
    where
        period_type <> 'history'
        and scope_type <> 'order_channel'
        and period_end >= (select min(opened_on) from {{ ref('int_cases_timed') }})
),

returned as (
    select * from {{ ref('int_service_returned') }}
),

-- Every scope with customers or cases has its row, once the first case is there: no case is a count of 0.
asked as (
    select
        {{ scope | join(', ') }},
        'whole' as breakdown,
        '(all)' as value
    from {{ ref('fct_retention') }}
    where period_end >= (select min(opened_on) from {{ ref('int_cases_timed') }})
),

-- Where orders are known at all, none is 0.
delivered as (
    select count(*) > 0 as has_orders
    from {{ ref('fct_orders') }}
),

parts as (
    {%- for part, columns in parts.items() %}
    select
        {{ row | join(', ') }},
        {%- for column in times + counts + of_orders + of_followed %}
        {% if column in columns %}{{ column }}{% elif column in counts %}0{% else %}cast(null as bigint){% endif %} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ part }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        {{ row | join(', ') }},
        {%- for column in times + counts + of_orders + of_followed %}
        cast(sum({{ column }}) as bigint) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from parts
    group by {{ row | join(', ') }}
),

final as (
    select
        {% for column in row + times + counts + of_followed %}summed.{{ column }},
        {% endfor -%}
        case
            when summed.breakdown = 'whole' and delivered.has_orders then coalesce(summed.returns_denominator, 0)
            else summed.returns_denominator
        end as returns_denominator,
        -- The customers a scope had on average: |S| and |E| in equal parts.
        cast(coalesce(retention.customers_start + retention.customers_end, 0) * 0.5 as decimal(18, 1))
            as complaints_denominator
    from summed
    cross join delivered
    left join {{ ref('fct_retention') }} as retention
        on
            {% for key in scope -%}
            {{ 'and ' if not loop.first }}summed.{{ key }} = retention.{{ key }}
            {% endfor %}
)

select * from final
