-- Every score given, on its own scale, turned so that higher is better. next_responded_on says from when on a later
-- answer counts instead: per customer, survey and question, and per case where the answer is about one.
with scores as (
    select
        responses.*,
        answers.question,
        questions.scale_min,
        questions.scale_max,
        {{ oriented_score(
            'answers.score', 'questions.scale_min', 'questions.scale_max', 'questions.higher_is_better'
        ) }} as score
    from {{ ref('int_survey_answers_admitted') }} as answers
    inner join {{ ref('int_survey_responses_valid') }} as responses on answers.response_id = responses.response_id
    inner join {{ ref('int_survey_questions_admitted') }} as questions
        on responses.survey_id = questions.survey_id and answers.question = questions.question
    where questions.role = 'score'
),

final as (
    select
        *,
        {{ score_band('score', 'scale_min', 'scale_max') }} as score_band,
        {{ nps_class('survey_type', 'score', 'scale_min', 'scale_max') }} as nps_class,
        {{ next_answer_on(['survey_id', 'question', 'case_id']) }} as next_responded_on,
        {{ next_answer_on(['survey_type']) }} as next_of_type_on
    from scores
    -- A blank is no answer.
    where score is not null
)

select * from final
