{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set values = ['last_ordered_on', 'orders_12m', 'revenue_12m'] -%}
{%- set sums = ['customers', 'revenue_12m', 'retention_denominator', 'retention_numerator'] -%}
{%- set audiences = [none] + filtered_audiences() -%}

-- Every audience scores its own customers; within it a customer has one segment whatever it is broken down by. An
-- audience without a filter is the company: its rows are copied. Audiences and the values of breakdowns are small whole
-- numbers until few groups are left.
with {{ value_codes() }},

population as (
    {{ coded_rows(ref('int_rfm_population'), ['period_end'] + values + ['retention_denominator', 'retention_numerator']) }}
),

masks as (
    select distinct cast(0
        {%- for audience in filtered_audiences() %}
        + {{ 2 ** loop.index0 }} * coded_attributes.is_seen_{{ loop.index }} * coded_plans.is_seen_{{ loop.index }}
        {%- endfor %} as smallint) as mask
    from coded_attributes
    cross join coded_plans
),

fifths as (
    select
        period_end
        {%- for audience in audiences %}
        {%- set number = loop.index0 %}
        {%- for value in values %},
        {{ fifths(value, is_seen_by(number, 'mask') if number else 'true') }} as {{ value }}_fifths_{{ number }}
        {%- endfor %}
        {%- endfor %}
    from population
    group by period_end
),

audience_fifths as (
    {%- for audience in audiences %}
    {%- set number = loop.index0 %}
    select
        {{ number }} as audience_number,
        {{ sql_text(audience.name) if audience else "'(all)'" }} as audience,
        fifths.period_end,
        {%- for value in values %}
        {{ fifth_columns(value, 'fifths.' ~ value ~ '_fifths_' ~ number) | indent(8) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from fifths
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- An audience's month has a number; a customer is scored in those of the audiences that see it.
parts_seen as (
    select
        cast(
            dense_rank() over (order by audience_fifths.period_end, audience_fifths.audience_number) as integer
        ) as part_number,
        masks.mask,
        audience_fifths.*
    from audience_fifths
    inner join masks
        on
            audience_fifths.audience_number = 0
            {%- for audience in filtered_audiences() %}
            or (audience_fifths.audience_number = {{ loop.index }} and {{ is_seen_by(loop.index, 'masks.mask') }})
            {%- endfor %}
),

-- The segment of every score for recency and sum of the other two, whose mean, half up, is the score for value.
segments as (
    select
        rfm_segments.recency_score * 100 + pairs.both_scores as scores,
        rfm_segments.rfm_segment,
        cast(dense_rank() over (order by rfm_segments.rfm_segment) as integer) as segment_number
    from {{ ref('rfm_segments') }} as rfm_segments
    inner join (
        {%- for both_scores in range(2, 11) %}
        select {{ both_scores }} as both_scores, {{ (both_scores + 1) // 2 }} as value_score {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as pairs on rfm_segments.value_score = pairs.value_score
),

compared as (
    select
        parts_seen.part_number,
        {{ fifth_score('last_ordered_on') }} * 100
        + {{ fifth_score('orders_12m') }} + {{ fifth_score('revenue_12m') }} as scores,
        population.*
    from population
    inner join parts_seen on population.period_end = parts_seen.period_end and population.mask = parts_seen.mask
),

-- A cell is an audience's month and a segment, as one number.
scored as (
    select
        compared.part_number * 100 + segments.segment_number as cell,
        {%- for name in var('scope_types') %}
        compared.{{ name }},
        {%- endfor %}
        compared.revenue_12m,
        compared.retention_denominator,
        compared.retention_numerator
    from compared
    inner join segments on compared.scores = segments.scores
),

grouped as (
    {%- for name in [none] + var('scope_types') %}
    select
        '{{ name or '(all)' }}' as grouped_type,
        {{ name or 'cast(0 as smallint)' }} as code,
        cell,
        count(*) as customers,
        sum(revenue_12m) as revenue_12m,
        sum(retention_denominator) as retention_denominator,
        sum(retention_numerator) as retention_numerator
    from scored
    group by {{ name ~ ', ' if name }}cell
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Named last: scores are small numbers, and few.
counted as (
    select
        parts.audience,
        case
            when grouped.grouped_type <> '(all)' then grouped.grouped_type
            when parts.audience = '(all)' then 'company'
            else 'audience'
        end as scope_type,
        case when grouped.grouped_type = '(all)' then parts.audience else named_values.grouped_value end as scope_value,
        'month' as period_type,
        {{ month_of('parts.period_end') }} as period_start,
        parts.period_end,
        segments.rfm_segment,
        {%- for column in sums %}
        grouped.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from grouped
    inner join (select distinct part_number, audience, period_end from parts_seen) as parts
        on {{ whole_quotient('grouped.cell', 100) }} = parts.part_number
    inner join named_values on grouped.grouped_type = named_values.grouped_type and grouped.code = named_values.code
    inner join (select distinct segment_number, rfm_segment from segments) as segments
        on mod(grouped.cell, 100) = segments.segment_number
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
