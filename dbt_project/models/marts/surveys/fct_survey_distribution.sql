with final as (
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
        score,
        responses
    from {{ ref('int_survey_scope_counts') }}
    where responses > 0
)

select * from final
