-- All that a period's survey figures count, for every scope: scores by scale and score, completed responses, delivered
-- invitations. Longer periods choose a customer's latest again: an answer counts unless the next one is still inside.
-- A year to date is told by what changes from month to month, or every answer would stand in up to twelve of them: an
-- answer is added in its month, taken away in the month of the next one, and moved on its customer's first active day.
{%- set measures = ['responses', 'covered_customers', 'completed_responses', 'delivered'] %}
with first_questions as (
    select
        survey_id,
        min(question) as question
    from {{ ref('int_survey_questions_admitted') }}
    where role = 'score'
    group by survey_id
),

scored as (
    select
        scores.*,
        -- A response is counted once, however many scores it gives.
        case when first_questions.question is not null then 1 else 0 end as completed
    from {{ ref('int_survey_scores') }} as scores
    left join first_questions
        on scores.survey_id = first_questions.survey_id and scores.question = first_questions.question
),

unscored as (
    select responses.*
    from {{ ref('int_survey_responses_valid') }} as responses
    left join scored on responses.response_id = scored.response_id and scored.completed = 1
    where scored.response_id is null
),

measured as (
    select
        survey_type, customer_id, responded_on as counted_on, scale_min, scale_max, score, next_responded_on,
        next_of_type_on, completed, 0 as delivered
    from scored
    union all
    select
        survey_type, customer_id, responded_on, null, null, null, null, null, 1, 0
    from unscored
    union all
    select
        surveys.type, identified.survivor_id, invitations.month, null, null, null, null, null, 0, invitations.delivered
    from {{ ref('int_survey_invitations_admitted') }} as invitations
    inner join {{ ref('int_surveys_admitted') }} as surveys on invitations.survey_id = surveys.survey_id
    left join {{ ref('int_customers_identified') }} as identified on invitations.customer_id = identified.customer_id
),

-- What is counted by, once: the many rows carry a number. Coverage is no score's: it has a kind of its own.
answer_kinds as (
    select
        *,
        row_number() over (order by survey_type, scale_min, scale_max, score, is_known) as answer_kind
    from (
        select survey_type, scale_min, scale_max, score, customer_id is not null as is_known from measured
        union
        select survey_type, null, null, null, true from measured
    ) as kinds
),

answers as (
    select
        measured.*,
        answer_kinds.answer_kind,
        {{ month_of('measured.counted_on') }} as counted_month,
        coalesce({{ month_of('measured.next_responded_on') }}, {{ far_future() }}) as next_month,
        {{ year_of('measured.counted_on') }} as year_start
    from measured
    inner join answer_kinds
        on
            measured.survey_type = answer_kinds.survey_type
            and measured.scale_min is not distinct from answer_kinds.scale_min
            and measured.scale_max is not distinct from answer_kinds.scale_max
            and measured.score is not distinct from answer_kinds.score
            and (measured.customer_id is not null) = answer_kinds.is_known
),

-- Months, quarters and years: each answer lies in one of each.
in_blocks as (
    {%- for period_type in ['month', 'quarter', 'year'] %}
    select
        '{{ period_type }}' as block,
        periods.period_start,
        periods.period_end,
        periods.period_start as counts_from,
        answers.answer_kind,
        answers.customer_id,
        case
            when answers.score is not null and {{ is_latest_by('answers.next_responded_on', 'periods.period_end') }} then 1
            else 0
        end as responses,
        -- Of all that a customer answered in surveys of the type one score is the last: it stands for the customer.
        answers.score is not null
        and {{ is_latest_by('answers.next_of_type_on', 'periods.period_end') }} as is_last_of_type,
        answers.completed as completed_responses,
        answers.delivered
    from answers
    inner join {{ ref('int_periods') }} as periods
        on
            periods.period_type = '{{ period_type }}'
            and cast({{ dbt.date_trunc(period_type, 'answers.counted_on') }} as date) = periods.period_start
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

block_rows as (
    select
        in_blocks.block,
        in_blocks.period_start,
        in_blocks.period_end,
        in_blocks.counts_from,
        in_blocks.answer_kind,
        in_blocks.customer_id,
        in_blocks.responses,
        case when spells.customer_id is not null then 1 else 0 end as covered_customers,
        in_blocks.completed_responses,
        in_blocks.delivered
    from in_blocks
    left join {{ ref('int_activity_spells') }} as spells
        on
            in_blocks.is_last_of_type
            and in_blocks.customer_id = spells.customer_id
            and {{ is_within('in_blocks.period_end', 'spells.started_on', 'spells.ended_on') }}
),

-- period_end is the year to date whose place a change is counted at: the last one before it for what goes.
year_rows as (
    select
        'ytd' as block, year_start as period_start, {{ month_end('counted_month') }} as period_end,
        counted_month as counts_from, answer_kind, customer_id,
        case when score is not null and next_month > counted_month then 1 else 0 end as responses,
        0 as covered_customers, completed as completed_responses, delivered
    from answers

    union all

    select
        'ytd', year_start, {{ add_days('next_month', -1) }}, next_month, answer_kind, customer_id, -1, 0, 0, 0
    from answers
    where score is not null and next_month > counted_month and {{ year_of('next_month') }} = year_start
),

-- Who answered before the first active day of the year moves to that day's plan.
moved as (
    select
        answers.year_start,
        answers.answer_kind,
        answers.customer_id,
        {{ month_of('joined.joined_on') }} as moves_on,
        case
            when answers.score is not null and answers.next_month > {{ month_of('joined.joined_on') }} then 1 else 0
        end as responses,
        answers.completed,
        answers.delivered
    from answers
    inner join {{ ref('int_customers_joined') }} as joined
        on
            answers.customer_id = joined.customer_id
            and answers.year_start = joined.period_start
            and answers.counted_month < {{ month_of('joined.joined_on') }}
),

moved_rows as (
    select
        'ytd' as block, year_start as period_start, {{ add_days('moves_on', -1) }} as period_end,
        moves_on as counts_from, answer_kind, customer_id, -responses as responses, 0 as covered_customers,
        -completed as completed_responses, -delivered as delivered
    from moved
    union all
    select
        'ytd', year_start, {{ month_end('moves_on') }}, moves_on, answer_kind, customer_id, responses, 0, completed,
        delivered
    from moved
),

-- A customer is covered from its first score of the year, or its return, to the month whose end it does not see.
first_scores as (
    select
        scores.customer_id,
        scores.survey_type,
        scores.year_start,
        kinds.answer_kind,
        min(scores.counted_month) as from_month
    from answers as scores
    inner join answer_kinds as kinds
        on scores.survey_type = kinds.survey_type and kinds.score is null and kinds.scale_min is null and kinds.is_known
    where scores.score is not null and scores.customer_id is not null
    group by scores.customer_id, scores.survey_type, scores.year_start, kinds.answer_kind
),

covered as (
    select
        first_scores.year_start,
        first_scores.answer_kind,
        first_scores.customer_id,
        greatest(first_scores.from_month, {{ month_of('spells.started_on') }}) as from_month,
        coalesce({{ month_of('spells.ended_on') }}, {{ far_future() }}) as until_month
    from first_scores
    inner join {{ ref('int_activity_spells') }} as spells
        on
            first_scores.customer_id = spells.customer_id
            and {{ month_of('spells.started_on') }} < {{ add_months('first_scores.year_start', 12) }}
            and (spells.ended_on is null or {{ month_of('spells.ended_on') }} > first_scores.from_month)
),

covered_rows as (
    select
        'ytd' as block, year_start as period_start, {{ month_end('from_month') }} as period_end,
        from_month as counts_from, answer_kind, customer_id, 0 as responses, 1 as covered_customers,
        0 as completed_responses, 0 as delivered
    from covered
    where from_month < until_month
    union all
    select
        'ytd', year_start, {{ add_days('until_month', -1) }}, until_month, answer_kind, customer_id, 0, -1, 0, 0
    from covered
    where from_month < until_month and until_month < {{ add_months('year_start', 12) }}
),

changes as (
    select * from block_rows
    union all
    select * from year_rows
    union all
    select * from moved_rows
    union all
    select * from covered_rows
),

placed as (
    {{ placed_customers('changes') }}
),

totals as (
    {{ scope_totals('placed', ['block', 'period_start', 'counts_from', 'answer_kind'], {
        'responses': 'sum(responses)',
        'covered_customers': 'sum(covered_customers)',
        'completed_responses': 'sum(completed_responses)',
        'delivered': 'sum(delivered)',
    }) }}
),

summed as (
    select
        totals.audience,
        totals.scope_type,
        totals.scope_value,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        answer_kinds.survey_type,
        answer_kinds.scale_min,
        answer_kinds.scale_max,
        answer_kinds.score,
        {%- for measure in measures %}
        cast(sum(totals.{{ measure }}) as bigint) as {{ measure }},
        {%- endfor %}
        cast(sum(case when answer_kinds.is_known then totals.completed_responses else 0 end) as bigint)
            as matched_responses,
        cast(sum(case when answer_kinds.is_known then 0 else totals.delivered end) as bigint) as delivered_to_unknown
    from totals
    inner join {{ ref('int_periods') }} as periods
        on
            totals.block = periods.period_type
            and totals.period_start = periods.period_start
            and totals.counts_from <= periods.period_end
    inner join answer_kinds on totals.answer_kind = answer_kinds.answer_kind
    group by
        totals.audience, totals.scope_type, totals.scope_value, periods.period_type, periods.period_start,
        periods.period_end, answer_kinds.survey_type, answer_kinds.scale_min, answer_kinds.scale_max, answer_kinds.score
),

final as (
    select * from summed
    where responses > 0 or covered_customers > 0 or completed_responses > 0 or delivered > 0
)

select * from final
