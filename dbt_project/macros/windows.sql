{#- Trailing windows without repeating their rows. What counts in the windows of several months is a row with
    from_month (first day of the first month it counts in) and until_month (of the first month it no longer does); each
    row then makes two changes, and months add the changes up. Twelve windows cost as much as one.

    Add here: what turns answers into such spans, and spans into figures.
    Keep out: what an answer means.
-#}

{#- Rows per month and whole scope (company and audiences): audience, scope_type, scope_value, period_type,
    period_start, period_end, `keys`, `counted`. A row belongs to an audience in a month by its customer's attributes
    on the day before the month; rows without a customer have `(none)`. `relation`: customer_number, from_month,
    until_month, `keys`. -#}
{%- macro window_counts(relation, keys) -%}
{%- set filters = audience_attributes() -%}
with cut as (
    {%- if filters %}
    select
        {%- for key in keys %}
        spans.{{ key }},
        {%- endfor %}
        {%- for attribute in filters %}
        coalesce(attributes.{{ attribute }}, '(none)') as {{ attribute }},
        {%- endfor %}
        greatest(spans.from_month, coalesce(attributes.from_month, spans.from_month)) as from_month,
        least(spans.until_month, coalesce(attributes.until_month, spans.until_month)) as until_month
    from {{ relation }} as spans
    left join (
        select
            identified.customer_number,
            {%- for attribute in filters %}
            given.{{ attribute }},
            {%- endfor %}
            -- A value that holds on the last day of a month is the next month's.
            {{ add_months(month_of('given.valid_from'), 1) }} as from_month,
            coalesce({{ add_months(month_of('given.valid_until'), 1) }}, {{ far_future() }}) as until_month
        from {{ ref('int_customer_attributes') }} as given
        inner join {{ ref('int_customers_identified') }} as identified on given.customer_id = identified.customer_id
    ) as attributes
        on
            spans.customer_number = attributes.customer_number
            and spans.from_month < attributes.until_month
            and attributes.from_month < spans.until_month
    where spans.from_month < spans.until_month
    {%- else %}
    select * from {{ relation }} where from_month < until_month
    {%- endif %}
),

changes as (
    {%- for changes_on, sign in [('from_month', ''), ('until_month', '-')] %}
    select
        {{ keys | join(', ') }},
        {%- for attribute in filters %}
        {{ attribute }},
        {%- endfor %}
        {{ changes_on }} as changes_on,
        {{ sign }}count(*) as change
    from cut
    group by {{ (keys + filters) | join(', ') }}, {{ changes_on }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

of_audiences as (
    {{ audience_rows('changes') }}
),

steps as (
    select
        audience,
        {{ keys | join(', ') }},
        changes_on,
        sum(change) as change
    from of_audiences
    group by audience, {{ keys | join(', ') }}, changes_on
)

select
    steps.audience,
    case when steps.audience = '(all)' then 'company' else 'audience' end as scope_type,
    steps.audience as scope_value,
    months.period_type,
    months.period_start,
    months.period_end,
    {%- for key in keys %}
    steps.{{ key }},
    {%- endfor %}
    cast(sum(steps.change) as bigint) as counted
from steps
inner join {{ ref('int_periods') }} as months
    on months.period_type = 'month' and steps.changes_on <= months.period_start
group by steps.audience, months.period_type, months.period_start, months.period_end
    {%- for key in keys %}, steps.{{ key }}{% endfor %}
having sum(steps.change) > 0
{%- endmacro -%}

{#- An answer of month `month` counts in the windows of the `length` months that end `lag` months later, until the same
    customer's next answer takes its place (`next_on`; NULL: none): the two columns from_month, until_month. -#}
{%- macro answer_span(answered_on, next_on, length=12, lag=0) -%}
{{ add_months(month_of(answered_on), lag) }} as from_month,
least(
    {{ add_months(month_of(answered_on), lag + length) }},
    coalesce({{ add_months(month_of(next_on), lag) }}, {{ far_future() }})
) as until_month
{%- endmacro -%}

{#- Answers that count in each month, quarter, year and year to date, per whole scope (company and audiences): audience,
    scope_type, scope_value, period_type, period_start, period_end, `keys`, `responses`. Attributes of filtered
    audiences are those of the day before the period. A year to date is the year's answers up to a month: an answer is
    added in its month and taken away in the month of the one that takes its place.
    `relation`: customer_number, responded_on, next_responded_on, `keys`. -#}
{%- macro whole_scope_answers(relation, keys) -%}
{%- set filters = audience_attributes() -%}
{%- set groups = (keys + filters) | join(', ') -%}
with {% if filters %}attributes as (
    select
        identified.customer_number,
        {%- for attribute in filters %}
        given.{{ attribute }},
        {%- endfor %}
        given.valid_from,
        given.valid_until
    from {{ ref('int_customer_attributes') }} as given
    inner join {{ ref('int_customers_identified') }} as identified on given.customer_id = identified.customer_id
),

{% endif %}placed as (
    {%- for period_type in ['month', 'quarter', 'year'] %}
    select
        '{{ period_type }}' as period_type,
        answers.*,
        {%- for attribute in filters %}
        coalesce(attributes.{{ attribute }}, '(none)') as {{ attribute }},
        {%- endfor %}
        cast({{ dbt.date_trunc(period_type, 'answers.responded_on') }} as date) as period_start,
        cast({{ dbt.date_trunc(period_type, 'answers.next_responded_on') }} as date) as next_start
    from {{ relation }} as answers
    {%- if filters %}
    left join attributes
        on
            answers.customer_number = attributes.customer_number
            and attributes.valid_from < cast({{ dbt.date_trunc(period_type, 'answers.responded_on') }} as date)
            and (
                attributes.valid_until is null
                or attributes.valid_until >= cast({{ dbt.date_trunc(period_type, 'answers.responded_on') }} as date)
            )
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

changes as (
    select
        period_type, period_start, period_start as counts_from, {{ groups }}, count(*) as change
    from placed
    where next_start is null or next_start > period_start
    group by period_type, period_start, {{ groups }}
    union all
    select
        'ytd', period_start, {{ month_of('responded_on') }}, {{ groups }}, count(*)
    from placed
    where period_type = 'year'
    group by period_start, {{ month_of('responded_on') }}, {{ groups }}
    union all
    select
        'ytd', period_start, {{ month_of('next_responded_on') }}, {{ groups }}, -count(*)
    from placed
    where period_type = 'year' and next_start = period_start
    group by period_start, {{ month_of('next_responded_on') }}, {{ groups }}
),

of_audiences as (
    {{ audience_rows('changes') }}
),

steps as (
    select
        audience, period_type, period_start, counts_from, {{ keys | join(', ') }}, sum(change) as change
    from of_audiences
    group by audience, period_type, period_start, counts_from, {{ keys | join(', ') }}
)

select
    steps.audience,
    case when steps.audience = '(all)' then 'company' else 'audience' end as scope_type,
    steps.audience as scope_value,
    periods.period_type,
    periods.period_start,
    periods.period_end,
    {%- for key in keys %}
    steps.{{ key }},
    {%- endfor %}
    cast(sum(steps.change) as bigint) as responses
from steps
inner join {{ ref('int_periods') }} as periods
    on
        steps.period_type = periods.period_type
        and steps.period_start = periods.period_start
        and steps.counts_from <= periods.period_end
group by steps.audience, periods.period_type, periods.period_start, periods.period_end
    {%- for key in keys %}, steps.{{ key }}{% endfor %}
having sum(steps.change) > 0
{%- endmacro -%}
