-- Public ratings by platform, each turned to 0-1 on its own scale. They are few: no short cut is needed.
{%- set keys = ['period_type', 'period_start', 'period_end', 'platform'] %}

with ratings as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        identified.survivor_id as customer_id,
        ratings.platform,
        -- Rounded once per rating, so that sums are exact.
        cast(
            (ratings.rating - ratings.scale_min) / nullif(ratings.scale_max - ratings.scale_min, 0) as decimal(18, 12)
        ) as rescaled_rating
    from {{ ref('int_social_ratings_admitted') }} as ratings
    inner join {{ ref('int_periods') }} as periods
        on ratings.rated_on between periods.period_start and periods.period_end
    left join {{ ref('int_customers_identified') }} as identified on ratings.customer_id = identified.customer_id
),

placed as (
    {{ placed_customers('ratings') }}
),

audience_rows as (
    {{ audience_rows('placed') }}
),

final as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        count(rescaled_rating) as ratings,
        cast(coalesce(sum(rescaled_rating), 0) as decimal(38, 12)) as rescaled_sum
    from audience_rows
    group by {{ scope_sets(keys) }}
)

select * from final
