{{ config(meta={'dagster': {'ref': {'name': 'fct_social_ratings'}}}) }}
-- A rating turned to 0-1 is between 0 and 1, and breakdowns hold every rating of their audience once.
with breakdowns as (
    select
        audience,
        scope_type,
        period_type,
        period_end,
        platform,
        sum(ratings) as ratings,
        sum(rescaled_sum) as rescaled_sum,
        max(case when rescaled_sum between 0 and ratings then 0 else 1 end) as is_off_scale
    from {{ ref('fct_social_ratings') }}
    group by audience, scope_type, period_type, period_end, platform
)

select breakdowns.*
from breakdowns
inner join breakdowns as wholes
    on
        wholes.scope_type in ('company', 'audience')
        and breakdowns.audience = wholes.audience
        and breakdowns.period_type = wholes.period_type
        and breakdowns.period_end = wholes.period_end
        and breakdowns.platform = wholes.platform
where
    breakdowns.ratings <> wholes.ratings
    or breakdowns.rescaled_sum <> wholes.rescaled_sum
    or breakdowns.is_off_scale = 1
