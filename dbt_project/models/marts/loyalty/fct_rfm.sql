{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set few = ['last_ordered_on', 'orders_12m'] -%}
{%- set sums = ['customers', 'revenue_12m', 'retention_denominator', 'retention_numerator'] -%}
{%- set audiences = [none] + filtered_audiences() -%}
{%- set bundles = scope_bundles() or [[]] -%}
{%- set numbered = ['period_end'] -%}
{%- for audience in audiences -%}{%- do numbered.append('segment_' ~ loop.index0) -%}{%- endfor -%}

-- Every audience scores its own customers; within it a customer has one segment whatever it is broken down by. An
-- audience without a filter is the company: its rows are copied. Audiences and the values of breakdowns are small whole
-- numbers until few groups are left; what a customer is broken down by is put beside it only when it has its segments.
with {{ value_codes() }},

population as (
    select
        customers.*,
        {{ seen_mask() }} as mask
    from {{ ref('int_rfm_population') }} as customers
    {{ join_codes('customers', []) }}
),

-- Days and numbers of orders are few: their fifths are found from how many customers have each.
{% for value in few -%}
{{ value }}_counts as (
    select
        period_end,
        {{ value }}
        {%- for number in range(audiences | length) %},
        sum({{ 'case when ' ~ is_seen_by(number, 'mask') ~ ' then customers else 0 end' if number else 'customers' }}) as customers_{{ number }}
        {%- endfor %}
    from (
        select period_end, mask, {{ value }}, count(*) as customers
        from population
        group by period_end, mask, {{ value }}
    ) as counts
    group by period_end, {{ value }}
),

{{ value }}_running as (
    select
        period_end,
        {{ value }}
        {%- for number in range(audiences | length) %},
        5 * sum(customers_{{ number }}) over (partition by period_end order by {{ value }}) as reached_{{ number }},
        sum(customers_{{ number }}) over (partition by period_end) as all_{{ number }}
        {%- endfor %}
    from {{ value }}_counts
),

{{ value }}_fifths as (
    select
        period_end
        {%- for number in range(audiences | length) %}
        {%- for part in [1, 2, 3, 4] %},
        min(case when reached_{{ number }} >= {{ part }} * all_{{ number }} then {{ value }} end) as {{ value }}_{{ number }}_above_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from {{ value }}_running
    group by period_end
),

{% endfor -%}
fifths as (
    select
        period_end
        {%- for number in range(audiences | length) %},
        {{ fifths('revenue_12m', is_seen_by(number, 'mask') if number else 'true') }} as fifths_{{ number }}
        {%- endfor %}
    from population
    group by period_end
),

month_fifths as (
    select
        fifths.period_end
        {%- for number in range(audiences | length) %}
        {%- for value in few %}
        {%- for part in [1, 2, 3, 4] %},
        {{ value }}_fifths.{{ value }}_{{ number }}_above_{{ part }}
        {%- endfor %}
        {%- endfor %},
        {{ fifth_columns('revenue_12m_' ~ number, 'fifths.fifths_' ~ number) | indent(8) }}
        {%- endfor %}
    from fifths
    {%- for value in few %}
    inner join {{ value }}_fifths on fifths.period_end = {{ value }}_fifths.period_end
    {%- endfor %}
),

-- The segment of every score for recency and sum of the other two, whose mean, half up, is the score for value.
segments as (
    select
        rfm_segments.recency_score * 100 + pairs.both_scores as scores,
        rfm_segments.rfm_segment,
        cast(dense_rank() over (order by rfm_segments.rfm_segment) as smallint) as segment_number
    from {{ ref('rfm_segments') }} as rfm_segments
    inner join (
        {%- for both_scores in range(2, 11) %}
        select {{ both_scores }} as both_scores, {{ (both_scores + 1) // 2 }} as value_score {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as pairs on rfm_segments.value_score = pairs.value_score
),

-- A customer has scores in every audience that sees it: scores_0 are the company's.
compared as (
    select
        population.*
        {%- for audience in audiences %}
        {%- set number = loop.index0 %},
        {{ 'case when ' ~ is_seen_by(number, 'population.mask') ~ ' then' if number }}
            {{ fifth_score('last_ordered_on', number) }} * 100
            + {{ fifth_score('orders_12m', number) }} + {{ fifth_score('revenue_12m', number) }}
        {{ 'end' if number }} as scores_{{ number }}
        {%- endfor %}
    from population
    inner join month_fifths on population.period_end = month_fifths.period_end
),

scored as (
    select
        compared.*
        {%- for number in range(audiences | length) %},
        coalesce(segments_{{ number }}.segment_number, 0) as segment_{{ number }}
        {%- endfor %}
    from compared
    {%- for number in range(audiences | length) %}
    left join segments as segments_{{ number }} on compared.scores_{{ number }} = segments_{{ number }}.scores
    {%- endfor %}
),

coded as (
    {{ coded_rows('scored', numbered + ['revenue_12m', 'retention_denominator', 'retention_numerator']) }}
),

{% for bundle in bundles -%}
bundle_{{ loop.index }} as (
    select {{ (bundle + numbered) | join(', ') }}, count(*) as customers, {{ sums_of(sums[1:]) }}
    from coded
    group by {{ (bundle + numbered) | join(', ') }}
),

{% endfor -%}
grouped as (
    {{ sums_of_breakdowns('bundle', bundles, numbered, sums_of(sums)) }}
),

of_audiences as (
    {%- for audience in audiences %}
    select
        {{ sql_text(audience.name if audience else '(all)') }} as audience,
        grouped_type,
        code,
        period_end,
        segment_{{ loop.index0 }} as segment_number,
        {{ sums_of(sums) }}
    from grouped
    where segment_{{ loop.index0 }} > 0
    group by grouped_type, code, period_end, segment_{{ loop.index0 }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Named last: scores are small numbers, and few.
counted as (
    select
        {{ named_scope('of_audiences') }},
        'month' as period_type,
        {{ month_of('of_audiences.period_end') }} as period_start,
        of_audiences.period_end,
        segments.rfm_segment,
        {%- for column in sums %}
        of_audiences.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from of_audiences
    inner join named_values
        on of_audiences.grouped_type = named_values.grouped_type and of_audiences.code = named_values.code
    inner join (select distinct segment_number, rfm_segment from segments) as segments
        on of_audiences.segment_number = segments.segment_number
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
