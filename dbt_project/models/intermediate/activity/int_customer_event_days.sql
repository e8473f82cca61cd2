-- Days on which something is counted for a customer who may not be active then: a refund, an answered survey and,
-- where the rule leaves them out of activity, an order or a contract.
with refunds as (
    select
        orders.customer_id,
        refunds.refunded_on as event_on
    from {{ ref('int_refunds_admitted') }} as refunds
    inner join {{ ref('int_orders_counted') }} as orders on refunds.order_id = orders.order_id
    where orders.is_counted
),

answers as (
    select
        identified.survivor_id as customer_id,
        responses.responded_on as event_on
    from {{ ref('int_survey_responses_admitted') }} as responses
    inner join {{ ref('int_customers_identified') }} as identified
        on responses.customer_id = identified.customer_id
),
{% if var('activity_rule') == 'contract' %}
orders as (
    select
        customer_id,
        ordered_on as event_on
    from {{ ref('int_orders_counted') }}
    where is_counted
),
{% elif var('activity_rule') == 'orders' %}
paid_contracts as (
    select distinct
        contracts.customer_id,
        periods.period_start as event_on
    from {{ ref('int_contract_price_periods') }} as contracts
    inner join {{ ref('int_periods') }} as periods
        on
            contracts.starts_on <= periods.period_end
            and (contracts.ends_on is null or contracts.ends_on >= periods.period_start)
    where contracts.mrr > 0
),
{% endif %}
final as (
    select * from refunds
    union all
    select * from answers
    {%- if var('activity_rule') == 'contract' %}
    union all
    select * from orders
    {%- elif var('activity_rule') == 'orders' %}
    union all
    select * from paid_contracts
    {%- endif %}
)

select distinct * from final
