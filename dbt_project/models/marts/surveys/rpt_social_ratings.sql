with rates as (
    select
        *,
        {{ rate('rescaled_sum', 'ratings') }} as mean_rating
    from {{ ref('fct_social_ratings') }}
),

judged as (
    {{ suppressed_rows('rates', 'ratings', ['period_type', 'period_start', 'period_end', 'platform']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        platform,
        is_suppressed,
        {{ shown('ratings') }},
        {{ shown('rescaled_sum') }},
        {{ shown('mean_rating') }}
    from judged
)

select * from final
