{{ config(materialized='view') }}

-- One row per customer and month end, from the month in which they first were a customer. A view: the states hold all that
-- must be computed, and putting their texts beside them takes half the time of storing them for every month.
with months as (
    select
        period_start,
        period_end as month_end
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

-- The few spans of months that states have, each with its months: matched by equality instead of by ranges.
state_months as (
    select
        state_spans.valid_from,
        state_spans.valid_until,
        months.month_end
    from (select distinct valid_from, valid_until from {{ ref('int_customer_states') }}) as state_spans
    inner join months
        on {{ is_within('months.period_start', 'state_spans.valid_from', 'state_spans.valid_until') }}
),

customers as (
    select
        lifetimes.customer_id,
        identified.customer_number,
        lifetimes.first_seen_on as first_active_on,
        lifetimes.cohort_month
    from {{ ref('int_customer_lifetimes') }} as lifetimes
    inner join {{ ref('int_customers_identified') }} as identified on lifetimes.customer_id = identified.customer_id
),

final as (
    select
        customers.customer_id,
        state_months.month_end,
        {%- for attribute in attribute_names() %}
        profiles.{{ attribute }},
        {%- endfor %}
        states.ended_on > state_months.month_end as is_active,
        states.mrr,
        cast(states.orders_to_date as bigint) as orders_to_date,
        customers.first_active_on,
        case
            when states.ended_on <= state_months.month_end then {{ add_days('states.ended_on', -1) }}
            else state_months.month_end
        end as last_active_on,
        customers.cohort_month
    from {{ ref('int_customer_states') }} as states
    inner join state_months
        on
            states.valid_from = state_months.valid_from
            and states.valid_until is not distinct from state_months.valid_until
    inner join customers on states.customer_number = customers.customer_number
    inner join {{ ref('int_customer_profiles') }} as profiles
        on states.customer_number = profiles.customer_number and states.profile_from = profiles.valid_from
)

select * from final
