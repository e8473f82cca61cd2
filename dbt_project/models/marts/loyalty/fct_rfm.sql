{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set values = ['last_ordered_on', 'orders_12m', 'revenue_12m'] -%}
{%- set own = ['attributes_key', 'plan_key', 'rfm_segment'] -%}

-- Every audience scores its own customers; within it a customer has one segment whatever it is broken down by. An
-- audience without a filter is the company: its rows are copied.
with population as (
    select * from {{ ref('int_rfm_population') }}
),

audience_sets as (
    {{ audience_rows(ref('int_attribute_sets')) }}
),

audience_population as (
    select
        *,
        '(all)' as audience
    from population
    {%- for audience in var('audiences') if audience.get('filter') %}
    union all
    select
        population.*,
        audience_sets.audience
    from population
    inner join audience_sets
        on
            population.attributes_key = audience_sets.attributes_key
            and audience_sets.audience = {{ sql_text(audience.name) }}
    {%- endfor %}
),

parted as (
    select
        audience,
        period_end,
        {%- for value in values %}
        {{ fifths(value) }} as {{ value }}_fifths{{ ',' if not loop.last }}
        {%- endfor %}
    from audience_population
    group by audience, period_end
),

scored as (
    select
        population.*,
        {{ fifth_score('last_ordered_on') }} as recency_score,
        {{ fifth_score('orders_12m') }} as frequency_score,
        {{ fifth_score('revenue_12m') }} as money_score
    from audience_population as population
    inner join parted on population.audience = parted.audience and population.period_end = parted.period_end
),

grouped as (
    select
        scored.audience as scored_for,
        {% for key in keys + own %}{{ 'segments' if key == 'rfm_segment' else 'scored' }}.{{ key }},
        {% endfor -%}
        count(*) as customers,
        {{ amount_sum('scored.revenue_12m') }} as revenue_12m,
        sum(scored.retention_denominator) as retention_denominator,
        sum(scored.retention_numerator) as retention_numerator
    from scored
    inner join {{ ref('rfm_segments') }} as segments
        on
            scored.recency_score = segments.recency_score
            and cast(floor((scored.frequency_score + scored.money_score + 1) / 2.0) as integer) = segments.value_score
    group by scored.audience, {% for key in keys + own %}{{ 'segments' if key == 'rfm_segment' else 'scored' }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
),

described as (
    {{ described_keys('grouped') }}
),

heard as (
    select
        *,
        scored_for as audience
    from described
    {%- for audience in var('audiences') if not audience.get('filter') %}
    union all
    select
        *,
        {{ sql_text(audience.name) }} as audience
    from described
    where scored_for = '(all)'
    {%- endfor %}
),

counted as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        rfm_segment,
        sum(customers) as customers,
        {{ amount_sum('revenue_12m') }} as revenue_12m,
        sum(retention_denominator) as retention_denominator,
        sum(retention_numerator) as retention_numerator
    from heard
    group by {{ scope_sets(keys + ['rfm_segment']) }}
),

-- Whom a segment kept is told in the month after: of those it had and who were active when that month began.
parts as (
    select
        {{ scope | join(', ') }},
        rfm_segment,
        customers,
        revenue_12m,
        cast(null as bigint) as retention_denominator,
        cast(null as bigint) as retention_numerator
    from counted
    union all
    select
        counted.audience,
        counted.scope_type,
        counted.scope_value,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        counted.rfm_segment,
        0 as customers,
        0 as revenue_12m,
        counted.retention_denominator,
        counted.retention_numerator
    from counted
    inner join {{ ref('int_periods') }} as periods
        on
            counted.period_type = periods.period_type
            and periods.period_start = {{ add_months('counted.period_start', 1) }}
),

final as (
    select
        {{ scope | join(', ') }},
        rfm_segment,
        cast(sum(customers) as bigint) as customers,
        {{ amount_sum('revenue_12m') }} as revenue_12m,
        cast(sum(retention_denominator) as bigint) as retention_denominator,
        cast(sum(retention_numerator) as bigint) as retention_numerator
    from parts
    group by {{ scope | join(', ') }}, rfm_segment
)

select * from final
