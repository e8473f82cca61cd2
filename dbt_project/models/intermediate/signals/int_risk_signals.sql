{{ config(materialized='view') }}
{%- set signals = var('signals') -%}
-- What a customer showed at a month's end, from dates up to that day alone. A signal holds on the days from shown_from
-- until shown_until (half-open): the month ends among them are its rows.
with pending as (
    select
        customer_id,
        'pending_cancellation' as signal,
        requested_on as shown_from,
        -- A decision without its date cannot be placed; it must not leave the request pending for ever.
        case when outcome <> 'pending' then coalesce(decided_on, requested_on) else decided_on end as shown_until,
        request_id as evidence
    from {{ ref('int_cancellation_requests_admitted') }}
),

renewals as (
    select
        contracts.customer_id,
        'contract_ending' as signal,
        greatest(prices.starts_on, {{ add_days('contracts.renews_on', -signals.ending_days) }}) as shown_from,
        least(contracts.renews_on, coalesce(prices.ends_on, contracts.renews_on)) as shown_until,
        contracts.contract_id as evidence
    from {{ ref('int_contracts_admitted') }} as contracts
    inner join {{ ref('int_contract_price_periods') }} as prices
        on contracts.contract_id = prices.contract_id and contracts.starts_on = prices.starts_on
    where not contracts.auto_renews and contracts.renews_on is not null
),

-- An end is an end whatever the contract said of renewing, and whatever followed it later. It shows from the notice on;
-- one nobody announced (a failed payment) shows nothing beforehand.
service_ends as (
    select
        contract_id,
        min(customer_id) as customer_id,
        min(starts_on) as starts_on,
        min(ends_on) as ends_on,
        min(cancelled_on) as cancelled_on,
        max(case when involuntary then 1 else 0 end) as is_involuntary
    from {{ ref('int_contracts_admitted') }}
    group by contract_id
),

ends as (
    select
        customer_id,
        'contract_ending' as signal,
        greatest(starts_on, {{ add_days('ends_on', -signals.ending_days) }}, coalesce(cancelled_on, starts_on)) as shown_from,
        ends_on as shown_until,
        contract_id as evidence
    from service_ends
    where ends_on > starts_on and is_involuntary = 0
),

complaints as (
    select
        case_id,
        identified.customer_number,
        opened_on,
        opened_at,
        resolved_on,
        reopened_on,
        coalesce(resolved_at < reopened_at, false) as is_open_again
    from {{ ref('int_cases_admitted') }} as cases
    inner join {{ ref('int_customers_identified') }} as identified on cases.customer_id = identified.customer_id
    where cases.is_complaint and cases.merged_into is null and lower(cases.status) not in ('cancelled', 'merged')
),

repeated as (
    select
        customer_number,
        opened_on,
        case_id,
        lag(opened_on, {{ signals.complaints - 1 }}) over (
            partition by customer_number order by opened_at, case_id
        ) as first_opened_on
    from complaints
),

complaint_spans as (
    select customer_number, opened_on as shown_from, resolved_on as shown_until, case_id as evidence from complaints
    union all
    select customer_number, reopened_on as shown_from, null as shown_until, case_id as evidence
    from complaints
    where is_open_again
    union all
    select
        customer_number,
        opened_on as shown_from,
        {{ add_days('first_opened_on', signals.complaint_days) }} as shown_until,
        case_id as evidence
    from repeated
    where first_opened_on is not null
),

requests as (
    select
        customer_id,
        'unanswered_request' as signal,
        {{ add_days('requested_on', signals.unanswered_quote_days) }} as shown_from,
        answered_on as shown_until,
        request_id as evidence
    from {{ ref('int_quote_requests_admitted') }}
    -- Closed, revised or withdrawn without an answer: no day says when it stopped waiting.
    where
        answered_on is not null
        or lower(status) not in ('closed', 'revised', 'won', 'lost', 'cancelled', 'withdrawn', 'answered')
),

first_told as (
    select min(period_end) as period_end
    from {{ ref('int_risk_customers') }}
),

-- One answer may hold several scores: it is in the band if one of them is. Older ones show at no month's end told.
answers as (
    select
        customer_number,
        response_id,
        responded_on,
        min(responded_at) as responded_at,
        max(case when score_band = 'at_risk' then 1 else 0 end) as is_at_risk
    from {{ ref('int_survey_scores') }}
    where
        customer_number is not null
        and score_band is not null
        and responded_on > (select {{ add_days('period_end', -signals.low_score_days) }} from first_told)
    group by customer_number, response_id, responded_on
),

following_answers as (
    select
        *,
        lead(responded_on) over (partition by customer_number order by responded_at, response_id) as next_on
    from answers
),

low_scores as (
    select
        customer_number,
        'low_score' as signal,
        responded_on as shown_from,
        least(
            {{ add_days('responded_on', signals.low_score_days) }},
            coalesce(next_on, {{ add_days('responded_on', signals.low_score_days) }})
        ) as shown_until,
        response_id as evidence
    from following_answers
    where is_at_risk = 1
),

of_persons as (
    select * from pending
    union all
    select * from renewals
    union all
    select * from ends
    union all
    select * from requests
),

spans as (
    select
        identified.customer_number,
        of_persons.signal,
        of_persons.shown_from,
        of_persons.shown_until,
        of_persons.evidence
    from of_persons
    inner join {{ ref('int_customers_identified') }} as identified on of_persons.customer_id = identified.customer_id
    union all
    select customer_number, 'complaint' as signal, shown_from, shown_until, evidence from complaint_spans
    union all
    select * from low_scores
),

-- Several at once (two open complaints) are one signal: it has stood since the oldest of them.
shown as (
    select
        customers.customer_number,
        customers.period_end,
        spans.signal,
        min(concat(cast(spans.shown_from as varchar), ' ', spans.evidence)) as oldest
    from spans
    inner join {{ ref('int_risk_customers') }} as customers
        on
            spans.customer_number = customers.customer_number
            and {{ is_within('customers.period_end', 'spans.shown_from', 'spans.shown_until') }}
    group by customers.customer_number, customers.period_end, spans.signal
),

contact_days as (
    select
        identified.customer_number,
        interactions.occurred_on as contact_on,
        interactions.occurred_on as last_contact_on
    from {{ ref('int_interactions_admitted') }} as interactions
    inner join {{ ref('int_customers_identified') }} as identified
        on interactions.customer_id = identified.customer_id
    where interactions.completed

    union all

    -- The clock starts with the customer: nobody can have been neglected for longer.
    select
        customer_number,
        first_active_on as contact_on,
        null as last_contact_on
    from {{ ref('int_customer_lifetimes') }}
    where {{ is_delivered('interactions') }}
),

-- Of the contacts up to the first month end told the latest is enough.
contacts as (
    select
        contact_days.customer_number,
        max(contact_days.contact_on) as contact_on,
        case when max(contact_days.last_contact_on) = max(contact_days.contact_on) then max(contact_days.contact_on) end
            as last_contact_on,
        lead(max(contact_days.contact_on)) over (
            partition by contact_days.customer_number order by max(contact_days.contact_on)
        ) as next_contact_on
    from contact_days
    cross join first_told
    group by contact_days.customer_number, greatest(contact_days.contact_on, first_told.period_end)
),

silences as (
    select
        customers.customer_number,
        customers.period_end,
        {{ add_days('contacts.contact_on', signals.no_contact_days) }} as since_on,
        cast(contacts.last_contact_on as varchar) as evidence
    from contacts
    inner join {{ ref('int_risk_customers') }} as customers
        on
            contacts.customer_number = customers.customer_number
            and customers.period_end >= {{ add_days('contacts.contact_on', signals.no_contact_days) }}
            and (contacts.next_contact_on is null or customers.period_end < contacts.next_contact_on)
),

final as (
    select
        customer_number,
        period_end,
        signal,
        cast(substring(oldest, 1, 10) as date) as since_on,
        substring(oldest, 12) as evidence
    from shown
    union all
    select customer_number, period_end, 'no_contact' as signal, since_on, evidence from silences
    union all
    select
        customer_number,
        period_end,
        'order_gap' as signal,
        since_on,
        cast(last_ordered_on as varchar) as evidence
    from {{ ref('int_order_gaps') }}
    union all
    select
        customers.customer_number,
        contractions.period_end,
        'contraction' as signal,
        contractions.fell_on as since_on,
        null as evidence
    from {{ ref('int_mrr_contractions') }} as contractions
    inner join {{ ref('int_customers_identified') }} as identified on contractions.customer_id = identified.customer_id
    inner join {{ ref('int_risk_customers') }} as customers
        on identified.customer_number = customers.customer_number and contractions.period_end = customers.period_end
)

select * from final
