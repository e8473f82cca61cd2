{{ config(materialized='view') }}

-- What service figures count, each in every period its local day falls in, and where its customer belongs then: cases
-- opened, cases resolved, answers and reviews of cases. A view: a row per event and period would be ten times the cases.
with months as (
    {{ months_of_periods() }}
),

opened as (
    select
        'opened' as event,
        months.period_type,
        months.period_start,
        months.period_end,
        cases.*,
        cast(null as boolean) as is_answered_within_hour,
        cast(null as boolean) as is_satisfied,
        cast(null as varchar) as reviewer_role,
        cast(null as decimal(18, 6)) as review_score
    from {{ ref('int_cases_timed') }} as cases
    inner join months on {{ month_of('cases.opened_on') }} = months.month_start
),

resolved as (
    select
        'resolved' as event,
        months.period_type,
        months.period_start,
        months.period_end,
        cases.*,
        cast(null as boolean) as is_answered_within_hour,
        cast(null as boolean) as is_satisfied,
        cast(null as varchar) as reviewer_role,
        cast(null as decimal(18, 6)) as review_score
    from {{ ref('int_cases_timed') }} as cases
    inner join months on {{ month_of('cases.resolved_on') }} = months.month_start
),

answered as (
    select
        'answered' as event,
        months.period_type,
        months.period_start,
        months.period_end,
        cases.*,
        coalesce(cases.response_seconds <= 3600, false) as is_answered_within_hour,
        answers.is_satisfied,
        cast(null as varchar) as reviewer_role,
        cast(null as decimal(18, 6)) as review_score
    from {{ ref('int_case_answers') }} as answers
    inner join months on {{ month_of('answers.responded_on') }} = months.month_start
    inner join {{ ref('int_cases_timed') }} as cases on answers.case_id = cases.case_id
),

reviewed as (
    select
        'reviewed' as event,
        months.period_type,
        months.period_start,
        months.period_end,
        cases.*,
        cast(null as boolean) as is_answered_within_hour,
        cast(null as boolean) as is_satisfied,
        reviews.reviewer_role,
        reviews.review_score
    from {{ ref('int_case_reviews_scored') }} as reviews
    inner join months on {{ month_of('reviews.reviewed_on') }} = months.month_start
    inner join {{ ref('int_cases_timed') }} as cases on reviews.case_id = cases.case_id
),

events as (
    select * from opened
    union all
    select * from resolved
    union all
    select * from answered
    union all
    select * from reviewed
),

placed as (
    {{ placed_numbers('events') }}
),

final as (
    {{ described_keys('placed') }}
)

select * from final
