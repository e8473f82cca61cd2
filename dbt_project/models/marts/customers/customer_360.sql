-- One row per customer and month end, from the month in which they first were a customer. A spell speaks for the time
-- until the next one starts; cut where the customer's profile or number of orders changes, it gives each month end exactly
-- one row.
with spells as (
    select
        customer_id,
        started_on,
        ended_on,
        min(started_on) over (partition by customer_id) as first_active_on,
        coalesce(
            lead(started_on) over (partition by customer_id order by started_on), {{ far_future() }}
        ) as next_started_on
    from {{ ref('int_activity_spells') }}
),

order_months as (
    select
        customer_id,
        {{ month_end('order_month') }} as counted_from,
        count(*) as orders
    from {{ ref('int_orders_counted') }}
    where is_counted
    group by customer_id, order_month

    union all

    select distinct
        customer_id,
        {{ beginning_of_time() }} as counted_from,
        0 as orders
    from spells
),

ordered as (
    select
        customer_id,
        counted_from,
        sum(orders) over (partition by customer_id order by counted_from) as orders_to_date,
        coalesce(
            lead(counted_from) over (partition by customer_id order by counted_from), {{ far_future() }}
        ) as counted_until
    from order_months
),

slices as (
    select
        spells.*,
        {%- for attribute in attribute_names() %}
        profiles.{{ attribute }},
        {%- endfor %}
        lifetimes.cohort_month,
        ordered.orders_to_date,
        greatest(spells.started_on, profiles.valid_from, ordered.counted_from) as slice_from,
        least(
            spells.next_started_on, coalesce(profiles.valid_until, {{ far_future() }}), ordered.counted_until
        ) as slice_until
    from spells
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            spells.customer_id = profiles.customer_id
            and (profiles.valid_until is null or spells.started_on < profiles.valid_until)
            and profiles.valid_from < spells.next_started_on
    inner join ordered
        on
            spells.customer_id = ordered.customer_id
            and spells.started_on < ordered.counted_until
            and ordered.counted_from < spells.next_started_on
    inner join {{ ref('int_customer_lifetimes') }} as lifetimes on spells.customer_id = lifetimes.customer_id
),

month_ends as (
    select
        months.period_end as month_end,
        slices.*
    from slices
    inner join {{ ref('int_periods') }} as months
        on
            months.period_type = 'month'
            and months.period_end >= slices.slice_from
            and months.period_end < slices.slice_until
),

final as (
    select
        month_ends.customer_id,
        month_ends.month_end,
        {%- for attribute in attribute_names() %}
        month_ends.{{ attribute }},
        {%- endfor %}
        month_ends.ended_on is null or month_ends.ended_on > month_ends.month_end as is_active,
        cast(coalesce(payments.mrr, 0) as decimal(18, 2)) as mrr,
        cast(month_ends.orders_to_date as bigint) as orders_to_date,
        month_ends.first_active_on,
        case
            when month_ends.ended_on <= month_ends.month_end then {{ add_days('month_ends.ended_on', -1) }}
            else month_ends.month_end
        end as last_active_on,
        month_ends.cohort_month
    from month_ends
    left join {{ ref('int_customer_mrr') }} as payments
        on
            month_ends.customer_id = payments.customer_id
            and {{ is_within('month_ends.month_end', 'payments.valid_from', 'payments.valid_until') }}
)

select * from final
