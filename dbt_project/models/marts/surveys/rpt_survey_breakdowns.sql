{%- set figures = [
    'responses', 'promoters', 'passives', 'detractors', 'nps_denominator', 'nps', 'nps_low', 'nps_high', 'satisfied',
    'advocates', 'at_risk', 'csat_denominator', 'csat', 'csat_low', 'csat_high', 'score_sum', 'mean_score',
] -%}

with classed as (
    select
        *,
        promoters + passives + detractors as nps_denominator
    from {{ ref('fct_survey_breakdowns') }}
),

rates as (
    select
        *,
        {{ nps('promoters', 'detractors', 'nps_denominator') }} as nps,
        {{ nps_interval('promoters', 'detractors', 'nps_denominator') }},
        {{ rate('satisfied', 'csat_denominator') }} as csat,
        {{ wilson_low('satisfied', 'csat_denominator') }} as csat_low,
        {{ wilson_high('satisfied', 'csat_denominator') }} as csat_high,
        case when scale_max is not null then {{ rate('score_sum', 'responses') }} end as mean_score
    from classed
),

judged as (
    -- The values of a breakdown stand side by side.
    {{ suppressed_rows(
        'rates', 'responses', ['period_type', 'period_start', 'period_end', 'survey_type', 'breakdown'], order_by=['value']
    ) }}
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
        breakdown,
        value,
        scale_min,
        scale_max,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
