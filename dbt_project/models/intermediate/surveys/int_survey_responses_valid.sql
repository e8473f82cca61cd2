{{ config(materialized='view') }}
-- Completed responses with the survivor who gave them; who is not known stays anonymous (customer_id NULL). A view: writing
-- its texts takes longer than its few readers take to join them.
with final as (
    select
        responses.response_id,
        responses.survey_id,
        surveys.type as survey_type,
        identified.survivor_id as customer_id,
        identified.customer_number,
        responses.case_id,
        responses.channel,
        responses.responded_at,
        responses.responded_on
    from {{ ref('int_survey_responses_admitted') }} as responses
    inner join {{ ref('int_surveys_admitted') }} as surveys on responses.survey_id = surveys.survey_id
    left join {{ ref('int_customers_identified') }} as identified on responses.customer_id = identified.customer_id
    where {{ is_valid_response('responses') }}
)

select * from final
