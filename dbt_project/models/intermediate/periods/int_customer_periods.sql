-- One row per period and customer with anything to count in it. Spells of a customer never touch each other, so at most
-- one holds on the day before a period: cut by the customer's profiles, it gives the rows of most customers directly.
-- Joiners, who have several spells in one period, and who is only in it by an event are few: they are put together one
-- by one.
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

slices as (
    select
        spells.*,
        {%- for attribute in attribute_names() %}
        profiles.{{ attribute }},
        {%- endfor %}
        profiles.valid_from,
        greatest(spells.started_on, profiles.valid_from) as slice_from,
        least(
            coalesce(spells.ended_on, {{ far_future() }}), coalesce(profiles.valid_until, {{ far_future() }})
        ) as slice_until
    from spells
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            spells.customer_id = profiles.customer_id
            and (profiles.valid_until is null or spells.started_on < profiles.valid_until)
            and (spells.ended_on is null or profiles.valid_from < spells.ended_on)
),

starting_rows as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        slices.customer_id,
        true as is_start,
        slices.ended_on is null or slices.ended_on > periods.period_end as is_end,
        slices.ended_on is null or slices.ended_on > periods.period_start as is_active_inside,
        true as was_active_before,
        slices.first_active_on,
        periods.day_before as plan_on,
        slices.valid_from as unchanged_since,
        {%- for attribute in attribute_names() %}
        slices.{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from slices
    inner join {{ ref('int_periods') }} as periods
        on periods.day_before >= slices.slice_from and periods.day_before < slices.slice_until
    where slices.next_started_on is null or slices.next_started_on > periods.period_end
),

-- Every other spell that reaches a period: it starts inside, or it holds on the day before and another follows inside.
other_spells as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.day_before,
        spells.*
    from spells
    inner join {{ ref('int_periods') }} as periods
        on spells.started_on between periods.period_start and periods.period_end

    union all

    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.day_before,
        spells.*
    from spells
    inner join {{ ref('int_periods') }} as periods
        on spells.next_started_on between periods.period_start and periods.period_end
    where spells.ended_on > periods.day_before and spells.started_on <= periods.day_before
),

joining_rows as (
    select
        period_type,
        period_start,
        period_end,
        day_before,
        customer_id,
        max(case when started_on <= day_before then 1 else 0 end) = 1 as is_start,
        max(case when ended_on is null or ended_on > period_end then 1 else 0 end) = 1 as is_end,
        true as is_active_inside,
        min(first_active_on) as first_active_on,
        min(case when started_on <= day_before then day_before else started_on end) as plan_on
    from other_spells
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

first_days as (
    select
        customer_id,
        min(started_on) as first_active_on
    from spells
    group by customer_id
),

inactive_rows as (
    select
        event_rows.*,
        false as is_start,
        false as is_end,
        false as is_active_inside,
        first_days.first_active_on,
        event_rows.day_before as plan_on
    from event_rows
    left join first_days on event_rows.customer_id = first_days.customer_id
    where not exists (
        select 1
        from spells
        where
            spells.customer_id = event_rows.customer_id
            and spells.started_on <= event_rows.period_end
            and (spells.ended_on is null or spells.ended_on > event_rows.day_before)
    )
),

other_rows as (
    select * from joining_rows
    union all
    select * from inactive_rows
),

final as (
    select
        period_type,
        period_start,
        period_end,
        customer_id,
        is_start,
        is_end,
        is_active_inside,
        was_active_before,
        first_active_on,
        plan_on,
        unchanged_since,
        {{ attribute_names() | join(', ') }}
    from starting_rows

    union all

    select
        other_rows.period_type,
        other_rows.period_start,
        other_rows.period_end,
        other_rows.customer_id,
        other_rows.is_start,
        other_rows.is_end,
        other_rows.is_active_inside,
        coalesce(other_rows.first_active_on < other_rows.period_start, false) as was_active_before,
        other_rows.first_active_on,
        other_rows.plan_on,
        cast(null as date) as unchanged_since,
        {%- for attribute in customer_attribute_names() %}
        profiles.{{ attribute }},
        {%- endfor %}
        {%- for attribute in contract_attribute_names() %}
        plans.{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from other_rows
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            other_rows.customer_id = profiles.customer_id
            and {{ is_within('other_rows.day_before', 'profiles.valid_from', 'profiles.valid_until') }}
    inner join {{ ref('int_customer_profiles') }} as plans
        on
            other_rows.customer_id = plans.customer_id
            and {{ is_within('other_rows.plan_on', 'plans.valid_from', 'plans.valid_until') }}
)

select * from final
