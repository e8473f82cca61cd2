-- One row per period and customer with anything to count in it. Spells of a customer never touch each other, so a
-- spell that alone reaches a period (and the day before it) gives that customer's row directly; only where several do
-- is there anything to group.
with spells as (
    select
        customer_id,
        started_on,
        ended_on,
        min(started_on) over (partition by customer_id) as first_active_on,
        lag(ended_on) over (partition by customer_id order by started_on) as previous_ended_on,
        lead(started_on) over (partition by customer_id order by started_on) as next_started_on
    from {{ ref('int_activity_spells') }}
),

reached as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.day_before,
        spells.customer_id,
        spells.first_active_on,
        spells.started_on <= periods.day_before as is_start,
        spells.ended_on is null or spells.ended_on > periods.period_end as is_end,
        spells.ended_on is null or spells.ended_on > periods.period_start as is_active_inside,
        greatest(spells.started_on, periods.day_before) as first_active_day,
        (spells.previous_ended_on is null or spells.previous_ended_on <= periods.day_before)
        and (spells.next_started_on is null or spells.next_started_on > periods.period_end) as is_alone
    from {{ ref('int_periods') }} as periods
    inner join spells
        on
            spells.started_on <= periods.period_end
            and (spells.ended_on is null or spells.ended_on > periods.day_before)
),

active_rows as (
    select
        period_type,
        period_start,
        period_end,
        day_before,
        customer_id,
        first_active_on,
        is_start,
        is_end,
        is_active_inside,
        first_active_day
    from reached
    where is_alone

    union all

    select
        period_type,
        period_start,
        period_end,
        day_before,
        customer_id,
        min(first_active_on) as first_active_on,
        max(case when is_start then 1 else 0 end) = 1 as is_start,
        max(case when is_end then 1 else 0 end) = 1 as is_end,
        max(case when is_active_inside then 1 else 0 end) = 1 as is_active_inside,
        min(first_active_day) as first_active_day
    from reached
    where not is_alone
    group by period_type, period_start, period_end, day_before, customer_id
),

event_rows as (
    select distinct
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.day_before,
        events.customer_id
    from {{ ref('int_customer_event_days') }} as events
    inner join {{ ref('int_periods') }} as periods
        on events.event_on between periods.period_start and periods.period_end
),

inactive_rows as (
    select
        event_rows.*,
        firsts.first_active_on
    from event_rows
    left join (select customer_id, min(started_on) as first_active_on from spells group by customer_id) as firsts
        on event_rows.customer_id = firsts.customer_id
    where not exists (
        select 1
        from spells
        where
            spells.customer_id = event_rows.customer_id
            and spells.started_on <= event_rows.period_end
            and (spells.ended_on is null or spells.ended_on > event_rows.day_before)
    )
),

customer_rows as (
    select
        period_type,
        period_start,
        period_end,
        customer_id,
        is_start,
        is_end,
        is_active_inside,
        coalesce(first_active_on < period_start, false) as was_active_before,
        first_active_on,
        day_before as attributes_on,
        first_active_day as plan_on
    from active_rows

    union all

    select
        period_type,
        period_start,
        period_end,
        customer_id,
        false as is_start,
        false as is_end,
        false as is_active_inside,
        coalesce(first_active_on < period_start, false) as was_active_before,
        first_active_on,
        day_before as attributes_on,
        day_before as plan_on
    from inactive_rows
),

final as (
    {{ with_attributes('customer_rows', 'attributes_on', 'plan_on') }}
)

select * from final
