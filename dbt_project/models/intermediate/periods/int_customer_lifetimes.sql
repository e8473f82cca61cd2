-- When a customer first was one, and the cohort that makes. The cohort is taken from contract starts and counted orders
-- alone: an order paid back in full within its own month gave days of activity, but it counts nowhere.
with spans as (
    {{ activity_spans() }}
),

joined as (
    select
        customer_number,
        min(case when is_counted then started_on end) as joined_on,
        {%- if var('history_starts_on') %}
        -- Where a source's history begins, who is seen first may have been a customer long before.
        {{ count_if(unknown_start()) }} = 0 as is_start_seen,
        {{ count_if(is_of_short_history()) }} > 0 as is_of_short_history
        {%- else %}
        true as is_start_seen,
        false as is_of_short_history
        {%- endif %}
    from spans
    group by customer_number
),

acquired as (
    select
        identified.customer_number,
        min(customers.acquired_on) as acquired_on
    from {{ ref('int_customers_admitted') }} as customers
    inner join {{ ref('int_customers_identified') }} as identified
        on customers.customer_id = identified.customer_id
    where customers.acquired_on is not null
    group by identified.customer_number
),

seen as (
    select
        customer_id,
        customer_number,
        min(started_on) as first_seen_on
    from {{ ref('int_activity_spells') }}
    group by customer_id, customer_number
),

dated as (
    select
        seen.customer_id,
        seen.customer_number,
        seen.first_seen_on,
        coalesce(least(seen.first_seen_on, acquired.acquired_on), seen.first_seen_on) as first_active_on,
        joined.joined_on,
        joined.is_start_seen or coalesce(acquired.acquired_on <= seen.first_seen_on, false) as is_start_known
    from seen
    inner join joined on seen.customer_number = joined.customer_number
    -- Where the history is complete, the first activity is known better than by a day of signing.
    left join acquired on joined.is_of_short_history and seen.customer_number = acquired.customer_number
),

final as (
    select
        customer_id,
        customer_number,
        first_seen_on,
        first_active_on,
        is_start_known,
        case
            when not is_start_known or joined_on is null then null
            when first_active_on < first_seen_on then {{ month_of('first_active_on') }}
            else {{ month_of('joined_on') }}
        end as cohort_month
    from dated
)

select * from final
