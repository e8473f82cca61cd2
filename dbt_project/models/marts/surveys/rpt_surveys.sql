{%- set figures = [
    'responses', 'completed_responses', 'delivered', 'promoters', 'passives', 'detractors', 'nps_denominator', 'nps',
    'nps_low', 'nps_high', 'satisfied', 'csat_denominator', 'csat', 'csat_low', 'csat_high', 'score_sum', 'mean_score',
    'response_rate', 'response_rate_numerator', 'response_rate_denominator', 'response_rate_low', 'response_rate_high',
    'response_rate_reason', 'match_rate', 'match_rate_numerator', 'match_rate_denominator', 'match_rate_low',
    'match_rate_high', 'coverage', 'coverage_numerator', 'coverage_denominator', 'coverage_low', 'coverage_high',
] -%}

with classed as (
    select
        *,
        promoters + passives + detractors as nps_denominator,
        -- More answers than invitations: somebody else was asked, too, and there is no rate.
        case when completed_responses <= delivered then completed_responses end as response_rate_numerator,
        case when completed_responses <= delivered then delivered end as response_rate_denominator,
        case
            when not are_invited_known then 'invitations_name_no_customers'
            when delivered is null then 'no_invitations'
            when completed_responses > delivered then 'more_responses_than_invitations'
        end as response_rate_reason,
        matched_responses as match_rate_numerator,
        case when matched_responses is not null then completed_responses end as match_rate_denominator
    from {{ ref('fct_surveys') }}
),

rates as (
    select
        *,
        {{ nps('promoters', 'detractors', 'nps_denominator') }} as nps,
        {{ nps_interval('promoters', 'detractors', 'nps_denominator') }},
        case when scale_max is not null then {{ rate('score_sum', 'responses') }} end as mean_score,
        {{ rate('satisfied', 'csat_denominator') }} as csat,
        {{ wilson_low('satisfied', 'csat_denominator') }} as csat_low,
        {{ wilson_high('satisfied', 'csat_denominator') }} as csat_high
        {%- for name in ['response_rate', 'match_rate', 'coverage'] %},
        {{ rate(name ~ '_numerator', name ~ '_denominator') }} as {{ name }},
        {{ wilson_low(name ~ '_numerator', name ~ '_denominator') }} as {{ name }}_low,
        {{ wilson_high(name ~ '_numerator', name ~ '_denominator') }} as {{ name }}_high
        {%- endfor %}
    from classed
),

judged as (
    {{ suppressed_rows('rates', 'responses', ['period_type', 'period_start', 'period_end', 'survey_type']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        survey_type,
        scale_min,
        scale_max,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
