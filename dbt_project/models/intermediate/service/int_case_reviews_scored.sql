-- The internal quality score of each review, in points: the weighted mean of its categories, each taken from its own
-- scale to 0-100; a critical category under 50 makes the whole review 0. A category without a weight weighs 1.
with categories as (
    select
        review_id,
        case_id,
        reviewed_on,
        coalesce(reviewer_role, '(none)') as reviewer_role,
        coalesce(critical, false) as is_critical,
        coalesce(weight, 1) as weight,
        cast((value - scale_min) / (scale_max - scale_min) * 100 as decimal(11, 8)) as score
    from {{ ref('int_case_reviews_admitted') }}
    -- A scale of one point says nothing.
    where scale_max > scale_min
),

reviews as (
    select
        review_id,
        min(case_id) as case_id,
        min(reviewed_on) as reviewed_on,
        min(reviewer_role) as reviewer_role,
        max(case when is_critical and score < 50 then 1 else 0 end) = 1 as is_failed,
        sum(cast(weight as decimal(27, 8)) * score) as weighted_score,
        sum(weight) as weight
    from categories
    group by review_id
),

final as (
    select
        review_id,
        case_id,
        reviewed_on,
        reviewer_role,
        cast(case when is_failed then 0 else weighted_score / weight end as decimal(18, 6)) as review_score
    from reviews
    where weight > 0
)

select * from final
