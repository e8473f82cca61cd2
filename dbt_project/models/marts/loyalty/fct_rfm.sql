{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set values = ['last_ordered_on', 'orders_12m', 'revenue_12m'] -%}
{%- set sums = ['customers', 'revenue_12m', 'retention_denominator', 'retention_numerator'] -%}

-- Every audience scores its own customers; within it a customer has one segment whatever it is broken down by. An
-- audience without a filter is the company: its rows are copied.
with audience_sets as (
    {{ differing_audience_rows(ref('int_attribute_sets')) }}
),

parted as (
    select
        audience_sets.audience,
        population.period_end,
        {%- for value in values %}
        {{ fifths('population.' ~ value) }} as {{ value }}_fifths{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_rfm_population') }} as population
    inner join audience_sets on population.attributes_key = audience_sets.attributes_key
    group by audience_sets.audience, population.period_end
),

compared as (
    select
        audience_sets.audience,
        population.period_end,
        population.attributes_key,
        population.plan_key,
        population.revenue_12m,
        population.retention_denominator,
        population.retention_numerator,
        {{ fifth_score('last_ordered_on') }} as recency_score,
        {{ fifth_score('orders_12m') }} + {{ fifth_score('revenue_12m') }} as both_scores
    from {{ ref('int_rfm_population') }} as population
    inner join audience_sets on population.attributes_key = audience_sets.attributes_key
    inner join parted
        on audience_sets.audience = parted.audience and population.period_end = parted.period_end
),

scored as (
    select
        audience,
        period_end,
        attributes_key,
        plan_key,
        recency_score,
        cast(floor((both_scores + 1) / 2.0) as integer) as value_score,
        1 as customers,
        revenue_12m,
        retention_denominator,
        retention_numerator
    from compared
),

described as (
    {{ described_keys('scored') }}
),

scopes as (
    select
        {{ scope_columns() }},
        period_end,
        recency_score,
        value_score,
        {%- for column in sums %}
        sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from described
    group by {{ scope_sets(['period_end', 'recency_score', 'value_score']) }}
),

-- Named last: scores are small numbers, and few.
counted as (
    select
        scopes.audience,
        scopes.scope_type,
        scopes.scope_value,
        'month' as period_type,
        {{ month_of('scopes.period_end') }} as period_start,
        scopes.period_end,
        segments.rfm_segment,
        {%- for column in sums %}
        sum(scopes.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from scopes
    inner join {{ ref('rfm_segments') }} as segments
        on scopes.recency_score = segments.recency_score and scopes.value_score = segments.value_score
    group by
        scopes.audience, scopes.scope_type, scopes.scope_value, scopes.period_end, segments.rfm_segment
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

summed as (
    select
        {{ scope | join(', ') }},
        rfm_segment,
        cast(sum(customers) as bigint) as customers,
        {{ amount_sum('revenue_12m') }} as revenue_12m,
        cast(sum(retention_denominator) as bigint) as retention_denominator,
        cast(sum(retention_numerator) as bigint) as retention_numerator
    from parts
    group by {{ scope | join(', ') }}, rfm_segment
),

final as (
    select
        {{ copied_scope('summed', 'copies') }},
        {% for column in keys + ['rfm_segment'] + sums -%}
        summed.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from summed
    inner join ({{ audience_copies() }}) as copies on summed.audience = copies.rows_of
)

select * from final
