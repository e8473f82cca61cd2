-- All that a period's survey figures count, one measure a row: scores, completed responses, delivered invitations.
with scored as (
    select
        period_type, period_start, period_end, survey_type, customer_id, scale_min, scale_max, score, score_band,
        nps_class, 0 as completed, 0 as delivered
    from {{ ref('int_survey_period_scores') }}
),

completed as (
    select
        periods.period_type, periods.period_start, periods.period_end, responses.survey_type, responses.customer_id,
        cast(null as integer) as scale_min, cast(null as integer) as scale_max,
        cast(null as integer) as score, cast(null as varchar) as score_band,
        cast(null as varchar) as nps_class, 1 as completed, 0 as delivered
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_survey_responses_valid') }} as responses
        on responses.responded_on between periods.period_start and periods.period_end
),

invited as (
    select
        periods.period_type, periods.period_start, periods.period_end, surveys.type as survey_type,
        identified.survivor_id as customer_id,
        cast(null as integer) as scale_min, cast(null as integer) as scale_max,
        cast(null as integer) as score, cast(null as varchar) as score_band,
        cast(null as varchar) as nps_class, 0 as completed, invitations.delivered
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_survey_invitations_admitted') }} as invitations
        on invitations.month between periods.period_start and periods.period_end
    inner join {{ ref('int_surveys_admitted') }} as surveys on invitations.survey_id = surveys.survey_id
    left join {{ ref('int_customers_identified') }} as identified on invitations.customer_id = identified.customer_id
),

measures as (
    select * from scored
    union all
    select * from completed
    union all
    select * from invited
),

placed as (
    {{ placed_customers('measures') }}
),

final as (
    select
        *,
        -- A month's invitations that do not say whom they went to cannot be divided over scopes.
        min(case when delivered > 0 and customer_id is null then 0 else 1 end) over (
            partition by period_type, period_end, survey_type
        ) = 1 as are_invited_known
    from placed
)

select * from final
