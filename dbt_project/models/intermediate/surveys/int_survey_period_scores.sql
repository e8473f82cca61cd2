-- The scores a period counts: a customer's last one per survey, and per case where it is about a case; anonymous all.
-- Longer periods choose again from all answers.
with ranked as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        scores.*,
        row_number() over (
            partition by
                periods.period_type, periods.period_end, scores.survey_id, scores.question, scores.customer_id,
                scores.case_id
            order by scores.responded_at desc, scores.response_id desc
        ) as latest_rank
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_survey_scores') }} as scores
        on scores.responded_on between periods.period_start and periods.period_end
),

final as (
    select
        period_type,
        period_start,
        period_end,
        response_id,
        survey_id,
        survey_type,
        question,
        customer_id,
        case_id,
        channel,
        scale_min,
        scale_max,
        score,
        score_band,
        nps_class
    from ranked
    where customer_id is null or latest_rank = 1
)

select * from final
