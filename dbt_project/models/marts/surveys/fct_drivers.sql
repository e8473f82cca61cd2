-- Scores against drivers of the same response, trailing twelve months: how often each pair of values came up, turned
-- into sums of ranks. Answers are on short scales, so ranks come from counts: the average rank of a value, doubled to
-- stay whole, is twice the answers below it plus its own plus one.
{%- set group_keys = [
    'audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end', 'survey_id', 'survey_type',
    'score_question', 'driver_question', 'driver',
] -%}
{%- set pair_keys = ['survey_id', 'survey_type', 'score_question', 'driver_question', 'driver', 'score', 'driver_score'] %}

with driver_answers as (
    select
        answers.response_id,
        answers.question as driver_question,
        questions.survey_id,
        coalesce(questions.driver, answers.question) as driver,
        {{ oriented_score(
            'answers.score', 'questions.scale_min', 'questions.scale_max', 'questions.higher_is_better'
        ) }} as driver_score
    from {{ ref('int_survey_answers_admitted') }} as answers
    inner join {{ ref('int_survey_responses_valid') }} as responses on answers.response_id = responses.response_id
    inner join {{ ref('int_survey_questions_admitted') }} as questions
        on responses.survey_id = questions.survey_id and answers.question = questions.question
    where questions.role = 'driver' and answers.score is not null
),

pairs as (
    select
        scores.customer_number,
        scores.survey_id,
        scores.survey_type,
        scores.question as score_question,
        driver_answers.driver_question,
        driver_answers.driver,
        scores.score,
        driver_answers.driver_score,
        {{ answer_span('scores.responded_on', 'scores.next_responded_on') }}
    from {{ ref('int_survey_scores') }} as scores
    inner join driver_answers
        on scores.response_id = driver_answers.response_id and scores.survey_id = driver_answers.survey_id
),

counted as (
    {{ window_counts('pairs', pair_keys) }}
),

of_scores as (
    select
        {{ group_keys | join(', ') }},
        score,
        2 * sum(sum(counted)) over (
            partition by {{ group_keys | join(', ') }} order by score
        ) - sum(counted) + 1 as score_rank
    from counted
    group by {{ group_keys | join(', ') }}, score
),

of_drivers as (
    select
        {{ group_keys | join(', ') }},
        driver_score,
        2 * sum(sum(counted)) over (
            partition by {{ group_keys | join(', ') }} order by driver_score
        ) - sum(counted) + 1 as driver_rank
    from counted
    group by {{ group_keys | join(', ') }}, driver_score
),

ranked as (
    select
        counted.*,
        cast(of_scores.score_rank as decimal(18, 0)) as score_rank,
        cast(of_drivers.driver_rank as decimal(18, 0)) as driver_rank
    from counted
    inner join of_scores
        on
            {% for key in group_keys + ['score'] -%}
            {{ 'and ' if not loop.first }}counted.{{ key }} = of_scores.{{ key }}
            {% endfor %}
    inner join of_drivers
        on
            {% for key in group_keys + ['driver_score'] -%}
            {{ 'and ' if not loop.first }}counted.{{ key }} = of_drivers.{{ key }}
            {% endfor %}
),

final as (
    select
        {{ group_keys | join(', ') }},
        cast(sum(counted) as bigint) as answers,
        cast(sum(counted * driver_score) as bigint) as driver_score_sum,
        cast(sum(counted * score_rank) as decimal(38, 0)) as score_rank_sum,
        cast(sum(counted * driver_rank) as decimal(38, 0)) as driver_rank_sum,
        cast(sum(counted * score_rank * score_rank) as decimal(38, 0)) as score_rank_squares,
        cast(sum(counted * driver_rank * driver_rank) as decimal(38, 0)) as driver_rank_squares,
        cast(sum(counted * score_rank * driver_rank) as decimal(38, 0)) as rank_products
    from ranked
    group by {{ group_keys | join(', ') }}
)

select * from final
