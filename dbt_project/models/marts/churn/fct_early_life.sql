{%- set keys = ['period_type', 'period_start', 'period_end', 'onboarding'] -%}
-- Customers whose ninetieth day after joining lies in the period, and those of them who are no customers on that day.
with joined as (
    select
        customer_id,
        first_active_on as joined_on,
        {{ add_days('first_active_on', 90) }} as ninetieth_day
    from {{ ref('int_customer_lifetimes') }}
    -- Without a cohort it is not known when they joined; of who joined before the history begins, the first days are not.
    where cohort_month is not null and first_seen_on = first_active_on
),

welcomed as (
    select distinct joined.customer_id
    from joined
    inner join {{ ref('int_customers_identified') }} as identified on joined.customer_id = identified.survivor_id
    inner join {{ ref('int_interactions_admitted') }} as interactions
        on
            identified.customer_id = interactions.customer_id
            and interactions.occurred_on >= joined.joined_on
            and interactions.occurred_on < {{ add_days('joined.joined_on', 30) }}
    where interactions.completed and lower(interactions.kind) in ('training', 'onboarding')
),

judged as (
    select
        joined.customer_id,
        joined.ninetieth_day,
        welcomed.customer_id is not null as is_welcomed,
        spells.customer_id is null as is_lost
    from joined
    left join welcomed on joined.customer_id = welcomed.customer_id
    left join {{ ref('int_activity_spells') }} as spells
        on
            joined.customer_id = spells.customer_id
            and {{ is_within('joined.ninetieth_day', 'spells.started_on', 'spells.ended_on') }}
),

in_periods as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        judged.*
    from {{ ref('int_periods') }} as periods
    inner join judged on judged.ninetieth_day between periods.period_start and periods.period_end
),

placed as (
    {{ placed_customers('in_periods') }}
),

told as (
    select
        *,
        'all' as onboarding
    from placed
    union all
    select
        *,
        case when is_welcomed then 'with' else 'without' end as onboarding
    from placed
    where {{ is_delivered('interactions') }}
),

grouped as (
    select
        {{ (keys + scope_attributes()) | join(', ') }},
        count(*) as joined_customers,
        {{ count_if('is_lost') }} as lost_customers
    from told
    group by {{ (keys + scope_attributes()) | join(', ') }}
),

audience_groups as (
    {{ audience_rows('grouped') }}
),

final as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        cast(sum(joined_customers) as bigint) as joined_customers,
        cast(sum(lost_customers) as bigint) as lost_customers
    from audience_groups
    group by {{ scope_sets(keys) }}
)

select * from final
