{%- set contact_days = 7 -%}
{%- set told_days = 2 -%}

-- Cases and what became of each: how long it took, whether the first contact settled it, whether the customer was told.
-- A merged case is part of another one and counts nowhere.
with cases as (
    select
        cases.*,
        identified.survivor_id,
        identified.customer_number
    from {{ ref('int_cases_admitted') }} as cases
    inner join {{ ref('int_customers_identified') }} as identified on cases.customer_id = identified.customer_id
    where cases.merged_into is null and lower(cases.status) <> 'merged'
),

repeated as (
    select distinct cases.case_id
    from cases
    inner join cases as follow_ups
        on
            cases.survivor_id = follow_ups.survivor_id
            and cases.category = follow_ups.category
            and follow_ups.opened_at > cases.resolved_at
            and follow_ups.opened_on <= {{ add_days('cases.resolved_on', contact_days) }}
            and cases.case_id <> follow_ups.case_id
),

told as (
    select distinct cases.case_id
    from cases
    inner join {{ ref('int_customers_identified') }} as identified on cases.survivor_id = identified.survivor_id
    inner join {{ ref('int_interactions_admitted') }} as contacts
        on
            identified.customer_id = contacts.customer_id
            and contacts.occurred_on between cases.resolved_on and {{ add_days('cases.resolved_on', told_days) }}
    where contacts.direction = 'out' and contacts.completed
),

order_channels as (
    select
        order_id,
        channel
    from {{ ref('int_orders_admitted') }}
    where order_id in (select order_id from cases)
),

delivered as (
    select max(landed) > 0 as has_interactions
    from {{ ref('int_entity_clearing') }}
    where entity = 'interactions'
),

final as (
    select
        cases.case_id,
        cases.survivor_id as customer_id,
        cases.customer_number,
        cases.opened_on,
        cases.resolved_on,
        coalesce(cases.channel, '(none)') as channel,
        coalesce(cases.category, '(none)') as category,
        cases.reply_variant,
        case when cases.order_id is not null then coalesce(orders.channel, '(none)') end as order_channel,
        cases.is_complaint,
        coalesce(cases.channel in ('chatbot', 'web'), false) as is_self_service,
        cases.resolved_at is not null and cases.agent is null as is_resolved_without_agent,
        -- NULL: not yet. An answer dated before its question took no time.
        case
            when cases.first_response_at >= cases.opened_at
                then {{ dbt.datediff('cases.opened_at', 'cases.first_response_at', 'second') }}
            when cases.first_response_at is not null then 0
        end as response_seconds,
        case
            when cases.resolved_at >= cases.opened_at
                then {{ dbt.datediff('cases.opened_at', 'cases.resolved_at', 'second') }}
            when cases.resolved_at is not null then 0
        end as resolution_seconds,
        -- NULL until seven days have shown that nothing came after.
        case
            when {{ add_days('cases.resolved_on', contact_days) }} <= as_of.as_of
                then
                    repeated.case_id is null
                    and not coalesce(
                        cases.reopened_on <= {{ add_days('cases.resolved_on', contact_days) }}, false
                    )
        end as is_first_contact,
        case
            when delivered.has_interactions and {{ add_days('cases.resolved_on', told_days) }} <= as_of.as_of
                then told.case_id is not null
        end as is_told
    from cases
    cross join {{ ref('int_as_of') }} as as_of
    cross join delivered
    left join repeated on cases.case_id = repeated.case_id
    left join told on cases.case_id = told.case_id
    left join order_channels as orders on cases.order_id = orders.order_id
    -- By day, so that the cases of one period lie together: order statistics then take a fifth of the time.
    order by cases.opened_on, cases.case_id
)

select * from final
