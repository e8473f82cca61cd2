-- What customers said last in twelve months, beside what they did: per month, the latest CSAT of each customer, else the
-- latest NPS. Everything is turned into months from … until, so that a month is never repeated per customer.
{%- set keys = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] %}

with scores as (
    select
        customer_number,
        survey_type,
        score_band,
        responded_on,
        {{ next_answer_on(['survey_type']) }} as next_of_survey_on
    from {{ ref('int_survey_scores') }}
    where survey_type in ('csat', 'nps') and score_band is not null and customer_number is not null
),

answers as (
    select
        *,
        {{ answer_span('responded_on', 'next_of_survey_on') }}
    from scores
),

csat as (
    select * from answers where survey_type = 'csat' and from_month < until_month
),

-- Months in which a customer's NPS speaks: before, between and after those of its CSAT.
nps_months as (
    select
        customer_number,
        until_month as from_month,
        coalesce(lead(from_month) over (partition by customer_number order by from_month), {{ far_future() }}) as until_month
    from csat
    union all
    select
        customer_number,
        {{ beginning_of_time() }} as from_month,
        min(from_month) as until_month
    from csat
    group by customer_number
),

speaking as (
    select customer_number, score_band, from_month, until_month from csat
    union all
    select
        nps.customer_number,
        nps.score_band,
        greatest(nps.from_month, coalesce(nps_months.from_month, nps.from_month)) as from_month,
        least(nps.until_month, coalesce(nps_months.until_month, nps.until_month)) as until_month
    from answers as nps
    left join nps_months on nps.customer_number = nps_months.customer_number
    where
        nps.survey_type = 'nps'
        and (
            nps_months.customer_number is null
            or (nps.from_month < nps_months.until_month and nps_months.from_month < nps.until_month)
        )
),

-- Months at whose end a customer is active; a gap within one month leaves two such stretches that touch.
active_months as (
    select
        customer_number,
        {{ month_of('started_on') }} as from_month,
        coalesce({{ month_of('ended_on') }}, {{ far_future() }}) as until_month
    from {{ ref('int_activity_spells') }}
    where
        customer_number in (select customer_number from speaking)
        and (ended_on is null or {{ month_of('started_on') }} < {{ month_of('ended_on') }})
),

touching as (
    select
        *,
        case
            when from_month = lag(until_month) over (partition by customer_number order by from_month) then 0
            else 1
        end as is_first
    from active_months
),

numbered as (
    select
        *,
        sum(is_first) over (
            partition by customer_number order by from_month rows between unbounded preceding and current row
        ) as stretch
    from touching
),

-- Retained in a month: active on the day before it and on its last day.
retained_months as (
    select
        customer_number,
        {{ add_months('min(from_month)', 1) }} as from_month,
        max(until_month) as until_month
    from numbered
    group by customer_number, stretch
),

second_orders as (
    select
        customer_number,
        min(valid_from) as bound_on
    from {{ ref('int_customer_order_states') }}
    where orders_ever >= 2
    group by customer_number
),

terms as (
    select
        contracts.contract_id,
        identified.customer_number,
        min(contracts.contract_starts_on) as started_on,
        -- The first term; a later price may be agreed for another one.
        min(case when contracts.starts_on = contracts.contract_starts_on then contracts.term_months end) as term_months,
        max(coalesce(contracts.ends_on, {{ far_future() }})) as ended_on
    from {{ ref('int_contract_price_periods') }} as contracts
    inner join {{ ref('int_customers_identified') }} as identified on contracts.customer_id = identified.customer_id
    where {{ gives_activity('contracts.mrr') }}
    group by contracts.contract_id, identified.customer_number
),

-- A contract is renewed on the day its term is over, or that was given for its renewal, if service goes on.
renewals as (
    select
        customer_number,
        {{ add_months('started_on', 'term_months') }} as bound_on,
        ended_on
    from terms
    where term_months > 0
    union all
    select
        terms.customer_number,
        contracts.renews_on as bound_on,
        terms.ended_on
    from terms
    inner join {{ ref('int_contracts_admitted') }} as contracts on terms.contract_id = contracts.contract_id
    where contracts.renews_on > terms.started_on
),

-- Bound from the month on in which they order for the second time or a contract is renewed, whichever comes first.
bound as (
    select
        customer_number,
        {{ month_of('min(bound_on)') }} as from_month
    from (
        select customer_number, bound_on from second_orders
        union all
        select customer_number, bound_on from renewals where bound_on < ended_on
    ) as bonds
    group by customer_number
),

-- Each stretch of a customer's band is cut where it is retained, and where the customer became bound.
retained as (
    select
        speaking.customer_number,
        speaking.score_band,
        greatest(speaking.from_month, retained_months.from_month) as from_month,
        least(speaking.until_month, retained_months.until_month) as until_month
    from speaking
    inner join retained_months
        on
            speaking.customer_number = retained_months.customer_number
            and speaking.from_month < retained_months.until_month
            and retained_months.from_month < speaking.until_month
),

spans as (
    select customer_number, score_band, 'answering' as status, from_month, until_month from speaking
    union all
    select customer_number, score_band, 'retained' as status, from_month, until_month from retained
    union all
    select
        retained.customer_number,
        retained.score_band,
        'bound' as status,
        greatest(retained.from_month, bound.from_month) as from_month,
        retained.until_month
    from retained
    inner join bound on retained.customer_number = bound.customer_number
    where retained.score_band = 'advocate'
),

counted as (
    {{ window_counts('spans', ['score_band', 'status']) }}
),

final as (
    select
        {{ keys | join(', ') }},
        {%- for name, condition in [
            ('answering_customers', "status = 'answering'"),
            ('advocates', "status = 'answering' and score_band = 'advocate'"),
            ('satisfied_customers', "status = 'answering' and score_band = 'satisfied'"),
            ('at_risk_customers', "status = 'answering' and score_band = 'at_risk'"),
            ('retained_customers', "status = 'retained'"),
            ('captive_customers', "status = 'retained' and score_band = 'at_risk'"),
            ('loyal_customers', "status = 'bound'"),
        ] %}
        cast(sum(case when {{ condition }} then counted else 0 end) as bigint) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
    group by {{ keys | join(', ') }}
)

select * from final
