{%- set figures = [
    'responses', 'completed_responses', 'delivered', 'promoters', 'passives', 'detractors', 'nps_denominator', 'nps',
    'nps_low', 'nps_high', 'satisfied', 'csat_denominator', 'csat', 'csat_low', 'csat_high', 'score_sum', 'mean_score',
    'response_rate', 'coverage', 'coverage_numerator', 'coverage_denominator', 'coverage_low', 'coverage_high',
] -%}

with classed as (
    select
        *,
        promoters + passives + detractors as nps_denominator
    from {{ ref('fct_surveys') }}
),

rates as (
    select
        *,
        {{ nps('promoters', 'detractors', 'nps_denominator') }} as nps,
        {{ nps_interval('promoters', 'detractors', 'nps_denominator') }},
        {{ rate('satisfied', 'csat_denominator') }} as csat,
        {{ wilson_low('satisfied', 'csat_denominator') }} as csat_low,
        {{ wilson_high('satisfied', 'csat_denominator') }} as csat_high,
        case when scale_max is not null then {{ rate('score_sum', 'responses') }} end as mean_score,
        -- More answers than invitations: somebody else was asked, too, and there is no rate.
        case when completed_responses <= delivered then {{ rate('completed_responses', 'delivered') }} end
            as response_rate,
        {{ rate('coverage_numerator', 'coverage_denominator') }} as coverage,
        {{ wilson_low('coverage_numerator', 'coverage_denominator') }} as coverage_low,
        {{ wilson_high('coverage_numerator', 'coverage_denominator') }} as coverage_high
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
