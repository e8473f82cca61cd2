-- Scores by channel, category and tenure band. Answers about a case all count here, as in every service table; of the
-- others a customer's latest per survey and period does.
{%- set scope_keys = ['audience', 'scope_type', 'scope_value'] -%}
{%- set period_keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set keys = ['survey_type', 'breakdown', 'value', 'scale_min', 'scale_max', 'score'] %}

with answers as (
    select
        scores.customer_number,
        scores.survey_type,
        scores.scale_min,
        scores.scale_max,
        scores.score,
        scores.responded_on,
        case when scores.case_id is null then scores.next_responded_on end as next_responded_on,
        coalesce(scores.channel, cases.channel, '(none)') as channel,
        coalesce(cases.category, '(none)') as category,
        {{ tenure_band('lifetimes.first_active_on', 'scores.responded_on') }} as tenure_band
    from {{ ref('int_survey_scores') }} as scores
    left join {{ ref('int_cases_admitted') }} as cases on scores.case_id = cases.case_id
    left join {{ ref('int_customer_lifetimes') }} as lifetimes on scores.customer_id = lifetimes.customer_id
),

counted as (
    {{ whole_scope_answers('answers', ['survey_type', 'channel', 'category', 'tenure_band', 'scale_min', 'scale_max', 'score']) }}
),

broken_down as (
    {%- for breakdown in ['channel', 'category', 'tenure_band'] %}
    select
        {{ (scope_keys + period_keys) | join(', ') }},
        survey_type,
        '{{ breakdown }}' as breakdown,
        {{ breakdown }} as value,
        scale_min,
        scale_max,
        score,
        responses
    from counted
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

classed as (
    select
        *,
        {{ score_band('score', 'scale_min', 'scale_max') }} as score_band,
        {{ nps_class('survey_type', 'score', 'scale_min', 'scale_max') }} as nps_class
    from broken_down
),

final as (
    select
        {{ (scope_keys + period_keys) | join(', ') }},
        survey_type,
        breakdown,
        value,
        cast(sum(responses) as bigint) as responses,
        {%- for name, condition in [
            ('promoters', "nps_class = 'promoter'"), ('passives', "nps_class = 'passive'"),
            ('detractors', "nps_class = 'detractor'"), ('satisfied', "score_band in ('satisfied', 'advocate')"),
            ('advocates', "score_band = 'advocate'"), ('at_risk', "score_band = 'at_risk'"),
            ('csat_denominator', 'score_band is not null'),
        ] %}
        cast(sum(case when {{ condition }} then responses else 0 end) as bigint) as {{ name }},
        {%- endfor %}
        cast(sum(score * responses) as bigint) as score_sum,
        -- One scale only: a mean over several says nothing.
        case when min(scale_min) = max(scale_min) and min(scale_max) = max(scale_max) then min(scale_min) end as scale_min,
        case when min(scale_min) = max(scale_min) and min(scale_max) = max(scale_max) then max(scale_max) end as scale_max
    from classed
    group by {{ (scope_keys + period_keys) | join(', ') }}, survey_type, breakdown, value
)

select * from final
