-- All that a period's survey figures count, for every scope: scores by scale and score, completed responses, delivered
-- invitations. Longer periods choose a customer's latest again: an answer counts unless the next one is still inside.
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

-- What is counted by, once: the many rows carry a number.
answer_kinds as (
    select
        *,
        row_number() over (order by survey_type, scale_min, scale_max, score, is_known) as answer_kind
    from (
        select distinct survey_type, scale_min, scale_max, score, customer_id is not null as is_known from measured
    ) as kinds
),

-- The periods of each month in which something was counted: a join of months instead of one of days.
numbered_periods as (
    select
        *,
        row_number() over (order by period_type, period_end) as period_number
    from {{ ref('int_periods') }}
),

period_months as (
    select
        months.counted_month,
        periods.*
    from numbered_periods as periods
    inner join (select distinct {{ month_of('counted_on') }} as counted_month from measured) as months
        on months.counted_month between periods.period_start and periods.period_end
),

counted as (
    select
        period_months.period_number,
        period_months.period_type,
        period_months.period_start,
        period_months.period_end,
        answer_kinds.answer_kind,
        measured.customer_id,
        measured.completed,
        measured.delivered,
        case
            when measured.score is not null and {{ is_latest_by('measured.next_responded_on', 'period_months.period_end') }}
                then 1
            else 0
        end as responses,
        -- Of all that a customer answered in surveys of the type one score is the last: it stands for the customer.
        measured.score is not null
        and {{ is_latest_by('measured.next_of_type_on', 'period_months.period_end') }} as is_last_of_type
    from measured
    inner join period_months on {{ month_of('measured.counted_on') }} = period_months.counted_month
    inner join answer_kinds
        on
            measured.survey_type = answer_kinds.survey_type
            and measured.scale_min is not distinct from answer_kinds.scale_min
            and measured.scale_max is not distinct from answer_kinds.scale_max
            and measured.score is not distinct from answer_kinds.score
            and (measured.customer_id is not null) = answer_kinds.is_known
),

covered as (
    select
        counted.*,
        case when spells.customer_id is not null then 1 else 0 end as covered
    from counted
    left join {{ ref('int_activity_spells') }} as spells
        on
            counted.is_last_of_type
            and counted.customer_id = spells.customer_id
            and {{ is_within('counted.period_end', 'spells.started_on', 'spells.ended_on') }}
),

placed as (
    {{ placed_customers('covered') }}
),

totals as (
    {{ scope_totals('placed', ['period_number', 'answer_kind'], {
        'responses': 'sum(responses)',
        'covered_customers': 'sum(covered)',
        'completed_responses': 'sum(completed)',
        'delivered': 'sum(delivered)',
    }) }}
),

final as (
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
        cast(sum(totals.responses) as bigint) as responses,
        cast(sum(totals.covered_customers) as bigint) as covered_customers,
        cast(sum(totals.completed_responses) as bigint) as completed_responses,
        cast(sum(case when answer_kinds.is_known then totals.completed_responses else 0 end) as bigint)
            as matched_responses,
        cast(sum(totals.delivered) as bigint) as delivered,
        cast(sum(case when answer_kinds.is_known then 0 else totals.delivered end) as bigint) as delivered_to_unknown
    from totals
    inner join numbered_periods as periods on totals.period_number = periods.period_number
    inner join answer_kinds on totals.answer_kind = answer_kinds.answer_kind
    where totals.responses > 0 or totals.completed_responses > 0 or totals.delivered > 0
    group by
        totals.audience, totals.scope_type, totals.scope_value, periods.period_type, periods.period_start,
        periods.period_end, answer_kinds.survey_type, answer_kinds.scale_min, answer_kinds.scale_max, answer_kinds.score
)

select * from final
