{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set figures = [
    'reviews', 'score_sum', 'iqs', 'iqs_low', 'iqs_high', 'reviewed_rate', 'reviewed_numerator', 'reviewed_denominator',
    'reviewed_low', 'reviewed_high',
] -%}

with means as (
    select
        *,
        {{ rate('score_sum', 'reviews') }} as iqs,
        -- Squared standard error of the mean; one review has none.
        case when reviews > 1 then greatest(
            (cast(score_squared_sum as double) - cast(score_sum as double) * cast(score_sum as double) / reviews)
            / (reviews - 1) / reviews,
        0e0) end as squared_error
    from {{ ref('fct_service_quality') }}
),

rates as (
    select
        *,
        case when reviews > 1 then
            round(greatest(iqs - {{ z95() }} * sqrt(squared_error), 0), 9) end as iqs_low,
        case when reviews > 1 then
            round(least(iqs + {{ z95() }} * sqrt(squared_error), 100), 9) end as iqs_high,
        {{ rate('reviewed_numerator', 'reviewed_denominator') }} as reviewed_rate,
        {{ wilson_low('reviewed_numerator', 'reviewed_denominator') }} as reviewed_low,
        {{ wilson_high('reviewed_numerator', 'reviewed_denominator') }} as reviewed_high,
        coalesce(nullif(reviews, 0), reviewed_denominator) as group_size
    from means
),

judged as (
    {{ suppressed_rows(
        'rates', 'group_size', ['period_type', 'period_start', 'period_end', 'reviewer_role']
    ) }}
),

final as (
    select
        {{ scope | join(', ') }},
        reviewer_role,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
