-- All that a period's survey figures count, for every scope: scores by scale and score, completed responses, delivered
-- invitations. Longer periods choose a customer's latest again: an answer counts unless the next one is still inside.
{%- set keys = ['period_type', 'period_start', 'period_end', 'survey_type', 'scale_min', 'scale_max', 'score'] %}
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

-- The periods of each month in which something was counted: a join of months instead of one of days.
period_months as (
    select
        months.counted_month,
        periods.period_type,
        periods.period_start,
        periods.period_end
    from {{ ref('int_periods') }} as periods
    inner join (select distinct {{ month_of('counted_on') }} as counted_month from measured) as months
        on months.counted_month between periods.period_start and periods.period_end
),

in_periods as (
    select
        period_months.period_type,
        period_months.period_start,
        period_months.period_end,
        measured.survey_type,
        measured.customer_id,
        measured.completed,
        measured.delivered,
        case when {{ is_latest_by('next_responded_on', 'period_end') }} then measured.scale_min end as scale_min,
        case when {{ is_latest_by('next_responded_on', 'period_end') }} then measured.scale_max end as scale_max,
        case when {{ is_latest_by('next_responded_on', 'period_end') }} then measured.score end as score,
        -- Of all that a customer answered in surveys of the type one score is the last: it stands for the customer.
        measured.score is not null and {{ is_latest_by('next_of_type_on', 'period_end') }} as is_last_of_type
    from measured
    inner join period_months on {{ month_of('measured.counted_on') }} = period_months.counted_month
),

counted as (
    select * from in_periods
    where score is not null or completed > 0 or delivered > 0
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

final as (
    {{ scope_totals('placed', keys, {
        'responses': 'count(score)',
        'covered_customers': 'sum(covered)',
        'completed_responses': 'sum(completed)',
        'matched_responses': 'sum(case when customer_id is not null then completed else 0 end)',
        'delivered': 'sum(delivered)',
        'delivered_to_unknown': 'sum(case when customer_id is null then delivered else 0 end)',
    }) }}
)

select * from final
