-- Who answered how, and was still there three months later. Month M looks at answers of M−14 to M−3, given by customers
-- active on the day: the latest of each customer and survey type. Lost is who is not active on the day three months on.
{%- set keys = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end', 'survey_type'] %}

with spells as (
    select
        identified.customer_number,
        spells.started_on,
        spells.ended_on
    from {{ ref('int_activity_spells') }} as spells
    inner join {{ ref('int_customers_identified') }} as identified on spells.customer_id = identified.customer_id
),

answers as (
    select
        scores.customer_number,
        scores.survey_type,
        scores.question,
        scores.score_band,
        scores.response_id,
        scores.responded_at,
        scores.responded_on,
        {{ add_months('scores.responded_on', 3) }} as judged_on,
        spells.ended_on
    from {{ ref('int_survey_scores') }} as scores
    inner join spells
        on
            scores.customer_number = spells.customer_number
            and {{ is_within('scores.responded_on', 'spells.started_on', 'spells.ended_on') }}
    where scores.score_band is not null
),

ordered as (
    select
        *,
        {{ next_answer_on(['survey_type']) }} as next_responded_on
    from answers
),

-- Most are still in the spell they answered in; the others may be back in another one.
judged as (
    select
        ordered.customer_number,
        ordered.survey_type,
        ordered.score_band,
        ordered.responded_on,
        ordered.next_responded_on,
        coalesce(ordered.ended_on <= ordered.judged_on, false) and later.customer_number is null as is_lost
    from ordered
    left join spells as later
        on
            ordered.ended_on <= ordered.judged_on
            and ordered.customer_number = later.customer_number
            and {{ is_within('ordered.judged_on', 'later.started_on', 'later.ended_on') }}
),

spans as (
    select
        *,
        {{ answer_span('responded_on', 'next_responded_on', lag=3) }}
    from judged
),

counted as (
    {{ window_counts('spans', ['survey_type', 'score_band', 'is_lost']) }}
),

final as (
    select
        {{ keys | join(', ') }},
        score_band,
        cast(sum(counted) as bigint) as customers,
        cast(sum(case when is_lost then counted else 0 end) as bigint) as lost_customers
    from counted
    group by {{ keys | join(', ') }}, score_band
)

select * from final
