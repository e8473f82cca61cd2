{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set of_reviews = ['reviews', 'score_sum', 'score_squared_sum'] -%}

with first_reviews as (
    select
        case_id,
        reviewer_role,
        min(reviewed_on) as reviewed_on
    from {{ ref('int_case_reviews_scored') }}
    group by case_id, reviewer_role
    union all
    select
        case_id,
        '(all)' as reviewer_role,
        min(reviewed_on) as reviewed_on
    from {{ ref('int_case_reviews_scored') }}
    group by case_id
),

-- Each review counts among all and under who made it.
reviewer_roles as (
    select distinct reviewer_role from first_reviews
),

review_rows as (
    select
        {{ (scope_attributes() + keys) | join(', ') }},
        reviewer_role,
        review_score
    from {{ ref('int_service_events') }}
    where event = 'reviewed'
    union all
    select
        {{ (scope_attributes() + keys) | join(', ') }},
        '(all)' as reviewer_role,
        review_score
    from {{ ref('int_service_events') }}
    where event = 'reviewed'
),

measured as (
    select
        *,
        1 as reviews,
        review_score as score_sum,
        cast(review_score * review_score as decimal(38, 12)) as score_squared_sum
    from review_rows
),

scored as (
    {{ scope_sums('measured', keys + ['reviewer_role'], of_reviews) }}
),

-- What a later review says of an old case comes too late for its period.
reviewed_rows as (
    select
        events.*,
        first_reviews.reviewer_role as first_reviewer_role,
        1 as reviewed_cases
    from {{ ref('int_service_events') }} as events
    inner join first_reviews
        on events.case_id = first_reviews.case_id and first_reviews.reviewed_on <= events.period_end
    where events.event = 'opened'
),

reviewed as (
    {{ scope_sums('reviewed_rows', keys + ['first_reviewer_role'], ['reviewed_cases']) }}
),

-- A scope with cases has its row also where none was reviewed, once reviews have begun.
grid as (
    select
        {% for key in scope %}service.{{ key }},
        {% endfor -%}
        service.cases,
        reviewer_roles.reviewer_role
    from {{ ref('fct_service') }} as service
    cross join reviewer_roles
    where
        service.breakdown = 'whole'
        and service.period_end >= (select min(reviewed_on) from first_reviews)
),

final as (
    select
        {% for key in scope %}grid.{{ key }},
        {% endfor -%}
        grid.reviewer_role,
        cast(coalesce(scored.reviews, 0) as bigint) as reviews,
        cast(coalesce(scored.score_sum, 0) as decimal(18, 6)) as score_sum,
        cast(coalesce(scored.score_squared_sum, 0) as decimal(38, 12)) as score_squared_sum,
        cast(coalesce(reviewed.reviewed_cases, 0) as bigint) as reviewed_numerator,
        grid.cases as reviewed_denominator
    from grid
    left join scored
        on
            {% for key in scope %}grid.{{ key }} = scored.{{ key }} and {% endfor -%}
            grid.reviewer_role = scored.reviewer_role
    left join reviewed
        on
            {% for key in scope %}grid.{{ key }} = reviewed.{{ key }} and {% endfor -%}
            grid.reviewer_role = reviewed.first_reviewer_role
)

select * from final
