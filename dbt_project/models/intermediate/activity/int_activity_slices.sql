-- Spells cut by profiles: spans of days in which a customer is active with one set of attributes. Each carries its
-- spell's neighbours, so that what happens in a period is read off single rows.
with spells as (
    select
        customer_id,
        customer_number,
        started_on,
        ended_on,
        lag(ended_on) over customer_spells as previous_ended_on,
        lead(started_on) over customer_spells as next_started_on
    from {{ ref('int_activity_spells') }}
    window customer_spells as (partition by customer_number order by started_on)
),

final as (
    select
        spells.*,
        profiles.attributes_key,
        profiles.plan_key,
        profiles.attributes_since,
        profiles.valid_from as profile_since,
        greatest(spells.started_on, profiles.valid_from) as slice_from,
        least(
            coalesce(spells.ended_on, {{ far_future() }}), coalesce(profiles.valid_until, {{ far_future() }})
        ) as slice_until
    from spells
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            spells.customer_number = profiles.customer_number
            and (profiles.valid_until is null or spells.started_on < profiles.valid_until)
            and (spells.ended_on is null or profiles.valid_from < spells.ended_on)
)

select * from final
