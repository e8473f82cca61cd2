-- One row per customer and month end, from the month in which they first were a customer.
with months as (
    select
        period_start,
        period_end as month_end
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

known as (
    select
        months.period_start,
        months.month_end,
        lifetimes.customer_id,
        lifetimes.first_active_on,
        lifetimes.cohort_month
    from months
    inner join {{ ref('int_customer_lifetimes') }} as lifetimes on lifetimes.first_active_on <= months.month_end
),

active_days as (
    select
        months.month_end,
        spells.customer_id,
        max(case
            when spells.ended_on is null or spells.ended_on > months.month_end then months.month_end
            else {{ add_days('spells.ended_on', -1) }}
        end) as last_active_on
    from months
    inner join {{ ref('int_activity_spells') }} as spells on spells.started_on <= months.month_end
    group by months.month_end, spells.customer_id
),

paid as (
    select
        mrr.period_end as month_end,
        mrr.customer_id,
        cast(sum(mrr.mrr_end) as decimal(18, 2)) as mrr
    from {{ ref('int_customer_mrr') }} as mrr
    where mrr.period_type = 'month'
    group by mrr.period_end, mrr.customer_id
),

monthly_orders as (
    select
        customer_id,
        order_month,
        count(*) as orders
    from {{ ref('int_orders_counted') }}
    where is_counted
    group by customer_id, order_month
),

ordered as (
    select
        customer_id,
        order_month,
        sum(orders) over (partition by customer_id order by order_month) as orders_to_date,
        lead(order_month) over (partition by customer_id order by order_month) as next_order_month
    from monthly_orders
),

described as (
    {{ with_attributes('known', 'month_end', 'month_end') }}
),

final as (
    select
        described.customer_id,
        described.month_end,
        described.country,
        described.region,
        described.segment,
        described.plan,
        described.account_owner,
        active_days.last_active_on = described.month_end as is_active,
        cast(coalesce(paid.mrr, 0) as decimal(18, 2)) as mrr,
        cast(coalesce(ordered.orders_to_date, 0) as bigint) as orders_to_date,
        described.first_active_on,
        active_days.last_active_on,
        described.cohort_month
    from described
    inner join active_days
        on described.customer_id = active_days.customer_id and described.month_end = active_days.month_end
    left join paid
        on described.customer_id = paid.customer_id and described.month_end = paid.month_end
    left join ordered
        on
            described.customer_id = ordered.customer_id
            and described.period_start >= ordered.order_month
            and (ordered.next_order_month is null or described.period_start < ordered.next_order_month)
)

select * from final
