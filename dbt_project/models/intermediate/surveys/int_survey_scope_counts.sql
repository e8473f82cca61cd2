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
        survey_type, customer_number, responded_on as counted_on, scale_min, scale_max, score, next_responded_on,
        next_of_type_on, completed, 0 as delivered
    from scored
    union all
    select
        survey_type, customer_number, responded_on, null, null, null, null, null, 1, 0
    from unscored
    union all
    select
        surveys.type, identified.customer_number, invitations.month, null, null, null, null, null, 0,
        invitations.delivered
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
        select survey_type, scale_min, scale_max, score, customer_number is not null as is_known from measured
        union
        select survey_type, null, null, null, true from measured
    ) as kinds
),

coverage_kinds as (
    select
        survey_type,
        answer_kind
    from answer_kinds
    where score is null and scale_min is null and is_known
),

answers as (
    select
        measured.customer_number,
        answer_kinds.answer_kind,
        coverage_kinds.answer_kind as coverage_kind,
        measured.score is not null as is_scored,
        {{ month_of('measured.counted_on') }} as counted_month,
        coalesce({{ month_of('measured.next_responded_on') }}, {{ far_future() }}) as next_month,
        coalesce({{ month_of('measured.next_of_type_on') }}, {{ far_future() }}) as next_of_type_month,
        {{ year_of('measured.counted_on') }} as year_start,
        measured.completed,
        measured.delivered
    from measured
    inner join coverage_kinds on measured.survey_type = coverage_kinds.survey_type
    inner join answer_kinds
        on
            measured.survey_type = answer_kinds.survey_type
            and measured.scale_min is not distinct from answer_kinds.scale_min
            and measured.scale_max is not distinct from answer_kinds.scale_max
            and measured.score is not distinct from answer_kinds.score
            and (measured.customer_number is not null) = answer_kinds.is_known
),

-- Months at whose end a customer is active.
active_months as (
    select
        identified.customer_number,
        {{ month_of('spells.started_on') }} as from_month,
        coalesce({{ month_of('spells.ended_on') }}, {{ far_future() }}) as until_month
    from {{ ref('int_activity_spells') }} as spells
    inner join {{ ref('int_customers_identified') }} as identified on spells.customer_id = identified.customer_id
    where spells.ended_on is null or {{ month_of('spells.started_on') }} < {{ month_of('spells.ended_on') }}
),

-- Months and quarters: each answer lies in one of each. Of all that a customer answered in surveys of the type one score
-- is the last: it stands for the customer.
block_rows as (
    {%- for block in ['month', 'quarter'] %}
    select
        periods.period_start,
        periods.period_end,
        {{ answer_slot(block, 'periods.period_start', 'answers.answer_kind') }} as slot,
        answers.customer_number,
        case when answers.is_scored and answers.next_month > periods.period_end then 1 else 0 end as responses,
        case when active_months.customer_number is not null then 1 else 0 end as covered_customers,
        answers.completed as completed_responses,
        answers.delivered
    from answers
    inner join {{ ref('int_periods') }} as periods
        on
            periods.period_type = '{{ block }}'
            and cast({{ dbt.date_trunc(block, 'answers.counted_month') }} as date) = periods.period_start
    left join active_months
        on
            answers.customer_number = active_months.customer_number
            and answers.is_scored
            and answers.next_of_type_month > periods.period_end
            and {{ is_within('periods.period_end', 'active_months.from_month', 'active_months.until_month') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- A year is its last year to date. What comes is placed as at the end of the month it counts from, what goes as at the
-- end of the month before.
year_rows as (
    select
        year_start as period_start, {{ month_end('counted_month') }} as period_end,
        {{ answer_slot('year', 'counted_month', 'answer_kind') }} as slot, customer_number,
        case when is_scored and next_month > counted_month then 1 else 0 end as responses,
        0 as covered_customers, completed as completed_responses, delivered
    from answers

    union all

    select
        year_start, {{ add_days('next_month', -1) }}, {{ answer_slot('year', 'next_month', 'answer_kind') }},
        customer_number, -1, 0, 0, 0
    from answers
    where is_scored and next_month > counted_month and next_month < {{ add_months('year_start', 12) }}
),

-- Who answered before the first active day of the year moves to that day's plan.
moved as (
    select
        answers.year_start,
        answers.answer_kind,
        answers.customer_number,
        {{ month_of('joined.joined_on') }} as moves_on,
        case when answers.is_scored and answers.next_month > {{ month_of('joined.joined_on') }} then 1 else 0 end
            as responses,
        answers.completed,
        answers.delivered
    from answers
    inner join {{ ref('int_customers_joined') }} as joined
        on
            answers.customer_number = joined.customer_number
            and answers.year_start = joined.period_start
            and answers.counted_month < {{ month_of('joined.joined_on') }}
),

moved_rows as (
    {%- for sign, place_end in [('-', add_days('moves_on', -1)), ('', month_end('moves_on'))] %}
    select
        year_start as period_start, {{ place_end }} as period_end,
        {{ answer_slot('year', 'moves_on', 'answer_kind') }} as slot, customer_number, {{ sign }}responses as responses,
        0 as covered_customers, {{ sign }}completed as completed_responses, {{ sign }}delivered as delivered
    from moved
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- A customer is covered from its first score of the year, or its return, to the month whose end it does not see.
first_scores as (
    select
        customer_number,
        coverage_kind,
        year_start,
        min(counted_month) as from_month
    from answers
    where is_scored and customer_number is not null
    group by customer_number, coverage_kind, year_start
),

covered as (
    select
        first_scores.year_start,
        first_scores.coverage_kind,
        first_scores.customer_number,
        greatest(first_scores.from_month, active_months.from_month) as from_month,
        active_months.until_month
    from first_scores
    inner join active_months
        on
            first_scores.customer_number = active_months.customer_number
            and active_months.from_month < {{ add_months('first_scores.year_start', 12) }}
            and active_months.until_month > first_scores.from_month
),

covered_rows as (
    select
        year_start as period_start, {{ month_end('from_month') }} as period_end,
        {{ answer_slot('year', 'from_month', 'coverage_kind') }} as slot, customer_number, 0 as responses,
        1 as covered_customers, 0 as completed_responses, 0 as delivered
    from covered
    union all
    select
        year_start, {{ add_days('until_month', -1) }}, {{ answer_slot('year', 'until_month', 'coverage_kind') }},
        customer_number, 0, -1, 0, 0
    from covered
    where until_month < {{ add_months('year_start', 12) }}
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
    {{ placed_numbers('changes') }}
),

totals as (
    {{ coded_totals('placed', ['slot'], measures) }}
),

-- A change holds for the periods of its block that its month lies in: a month, a quarter, every year to date from then on.
slot_periods as (
    select
        slots.slot_time,
        periods.period_type,
        periods.period_start,
        periods.period_end
    from (select distinct {{ slot_time('slot') }} as slot_time from totals) as slots
    inner join {{ ref('int_periods') }} as periods
        on
            slots.slot_time >= {{ slot_time(answer_slot('periods.block_type', 'periods.period_start')) }}
            and slots.slot_time <= {{ slot_time(answer_slot('periods.block_type', 'periods.period_end')) }}
),

summed as (
    select
        {{ copied_scope('totals', 'copies') }},
        slot_periods.period_type,
        slot_periods.period_start,
        slot_periods.period_end,
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
    inner join slot_periods on {{ slot_time('totals.slot') }} = slot_periods.slot_time
    inner join answer_kinds on {{ slot_kind('totals.slot') }} = answer_kinds.answer_kind
    inner join ({{ audience_copies() }}) as copies on totals.audience = copies.rows_of
    group by
        copies.audience, totals.audience, totals.scope_type, totals.scope_value, slot_periods.period_type,
        slot_periods.period_start, slot_periods.period_end, answer_kinds.survey_type, answer_kinds.scale_min,
        answer_kinds.scale_max, answer_kinds.score
),

final as (
    select * from summed
    where responses > 0 or covered_customers > 0 or completed_responses > 0 or delivered > 0
)

select * from final
