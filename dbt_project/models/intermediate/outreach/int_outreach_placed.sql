{{ config(materialized='view') }}

-- Touches in every period their local day falls in, with the attributes of those who are customers.
with months as (
    {{ months_of_periods() }}
),

touches as (
    select
        months.period_type,
        months.period_start,
        months.period_end,
        outreach.touch_id,
        identified.survivor_id as customer_id,
        identified.survivor_id is not null as is_customer,
        coalesce(outreach.campaign, '(none)') as campaign,
        outreach.channel,
        outreach.replied_on,
        outreach.converted_on
    from {{ ref('int_outreach_admitted') }} as outreach
    inner join months on {{ month_of('outreach.touched_on') }} = months.month_start
    left join {{ ref('int_customers_identified') }} as identified on outreach.customer_id = identified.customer_id
),

final as (
    {{ placed_customers('touches') }}
)

select * from final
