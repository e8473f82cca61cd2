-- Every reason on record for why a customer may have left: where it came from, when it was given, its code.
with contract_ends as (
    select
        customer_id,
        'contract' as reason_source,
        contract_id as record_id,
        ends_on as given_on,
        end_reason as reason,
        coalesce(involuntary, false) as is_involuntary,
        mrr as weight
    from {{ ref('int_contract_price_periods') }}
    where is_service_end
),

requests as (
    select
        identified.survivor_id as customer_id,
        'cancellation_request' as reason_source,
        requests.request_id as record_id,
        requests.requested_on as given_on,
        requests.reason,
        false as is_involuntary,
        0 as weight
    from {{ ref('int_cancellation_requests_admitted') }} as requests
    inner join {{ ref('int_customers_identified') }} as identified on requests.customer_id = identified.customer_id
    where requests.outcome = 'lost' and requests.reason is not null
),

exit_answers as (
    select
        identified.survivor_id as customer_id,
        'exit_survey' as reason_source,
        responses.response_id as record_id,
        responses.responded_on as given_on,
        answers.value as reason,
        false as is_involuntary,
        0 as weight
    from {{ ref('int_survey_answers_admitted') }} as answers
    inner join {{ ref('int_survey_responses_admitted') }} as responses on answers.response_id = responses.response_id
    inner join {{ ref('int_surveys_admitted') }} as surveys on responses.survey_id = surveys.survey_id
    inner join {{ ref('int_customers_identified') }} as identified on responses.customer_id = identified.customer_id
    where
        surveys.type = 'exit'
        and answers.question = {{ sql_text(var('exit_question')) }}
        and answers.value is not null
        and {{ is_valid_response('responses') }}
),

offered as (
    select * from contract_ends
    union all
    select * from requests
    union all
    select * from exit_answers
),

final as (
    select
        offered.customer_id,
        offered.reason_source,
        offered.record_id,
        offered.given_on,
        offered.reason,
        offered.weight,
        coalesce(categories.category, 'unknown') as reason_category,
        offered.is_involuntary or coalesce(categories.is_involuntary, false) as is_involuntary
    from offered
    left join {{ ref('reason_categories') }} as categories on lower(trim(offered.reason)) = categories.reason
)

select * from final
