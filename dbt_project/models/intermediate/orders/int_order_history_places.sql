-- Where a buyer stands in the history that starts with the first month, by the rule of every period: as of the day before
-- it and, for who was no customer then, with the plan of the first active day, once that has come.
with buyers as (
    select distinct customer_number
    from {{ ref('int_customer_order_months') }}
),

first_month as (
    select
        cast('{{ var("first_month") }}-01' as date) as period_start,
        {{ add_days("cast('" ~ var('first_month') ~ "-01' as date)", -1) }} as day_before
),

starts as (
    select
        spells.customer_id,
        max(case when spells.started_on < first_month.period_start then 1 else 0 end) as was_active,
        min(case when spells.started_on >= first_month.period_start then spells.started_on end) as joined_on
    from {{ ref('int_activity_spells') }} as spells
    cross join first_month
    where spells.ended_on is null or spells.ended_on >= first_month.period_start
    group by spells.customer_id
),

final as (
    select
        buyers.customer_number,
        before.attributes_key,
        before.plan_key,
        -- The month from which on the plan is the later one; none where that is the same.
        case when starts.was_active = 0 and joined.plan_key <> before.plan_key then {{ month_of('starts.joined_on') }} end
            as joined_month,
        coalesce(joined.plan_key, before.plan_key) as joined_plan_key
    from buyers
    cross join first_month
    inner join {{ ref('int_customer_profiles') }} as before
        on
            buyers.customer_number = before.customer_number
            and {{ is_within('first_month.day_before', 'before.valid_from', 'before.valid_until') }}
    left join starts on before.customer_id = starts.customer_id
    left join {{ ref('int_customer_profiles') }} as joined
        on
            starts.customer_id = joined.customer_id
            and {{ is_within('starts.joined_on', 'joined.valid_from', 'joined.valid_until') }}
)

select * from final
