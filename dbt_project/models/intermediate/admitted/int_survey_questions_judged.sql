with staged as (
    select * from {{ ref('stg_survey__survey_questions') }}
),

referred as (
    {{ referred_rows('survey_questions', 'staged') }}
),

final as (
    {{ judged_rows('survey_questions', 'referred') }}
)

select * from final
