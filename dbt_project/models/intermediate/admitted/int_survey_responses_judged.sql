with staged as (
    select * from {{ ref('stg_survey__survey_responses') }}
),

referred as (
    {{ referred_rows('survey_responses', 'staged') }}
),

final as (
    {{ judged_rows('survey_responses', 'referred') }}
)

select * from final
