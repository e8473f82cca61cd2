{%- set scaled -%}
with asked as (
    select
        referred.*,
        referred.survey_id is not null and questions.question is null as is_not_asked,
        questions.role,
        questions.scale_min,
        questions.scale_max,
        questions.role in ('score', 'driver') and questions.scale_min is not null as is_scored,
        {{ is_listed('referred.value', 'questions.blank_codes') }} as is_blank,
        {{ cast_integer('referred.value', false) }} as number_given
    from ({{ referred_rows('survey_answers', ['known_response_id.survey_id']) }}) as referred
    left join {{ ref('int_survey_questions_admitted') }} as questions
        on referred.survey_id = questions.survey_id and referred.question = questions.question
)

select
    response_id,
    question,
    case when not is_blank then value end as value,
    role,
    case when is_scored and not is_blank then number_given end as score,
    {{ carried_columns() | join(', ') }},
    nullif(concat_ws(
        '; ',
        _reasons,
        case when is_not_asked then 'question: not asked in this survey' end,
        case
            when is_scored and not is_blank
                and (number_given is null or number_given < scale_min or number_given > scale_max)
            then 'value: not on the scale of the question'
        end
    ), '') as _reasons,
    _is_of_unknown_customer
from asked
{%- endset -%}
-- A blank code means no answer. Any other value off the question's scale is no score.
with final as (
    {{ judged_rows('survey_answers', scaled) }}
)

select * from final
