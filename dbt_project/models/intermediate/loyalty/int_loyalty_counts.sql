{%- set blocks = [('month', 1), ('quarter', 3), ('year', 12)] -%}

-- Members as the ledger counts customers, and what they spent, by tier and place. No row per member and period: `edge`
-- rows say from which month's end on how many more (or fewer) are there; the others hold for every period of their block
-- that ends from first_end to last_end. The tier is that of the day before the period.
with members as (
    select
        identified.customer_number,
        tiers.*
    from {{ ref('int_loyalty_tiers') }} as tiers
    inner join {{ ref('int_customers_identified') }} as identified on tiers.customer_id = identified.customer_id
    where tiers.tier <> '(none)'
),

edges as (
    select
        min(day_before) as first_edge,
        max(day_before) as last_edge
    from {{ ref('int_periods') }}
),

slices as (
    select
        slices.attributes_key,
        slices.plan_key,
        members.tier,
        greatest(slices.slice_from, members.valid_from) as tier_from,
        least(slices.slice_until, coalesce(members.valid_until, {{ far_future() }})) as tier_until
    from {{ ref('int_activity_slices') }} as slices
    inner join members
        on
            slices.customer_id = members.customer_id
            and members.valid_from < slices.slice_until
            and (members.valid_until is null or slices.slice_from < members.valid_until)
),

-- There at every month's end from the one at or after the first day up to the one at or after the last.
there as (
    select
        attributes_key,
        plan_key,
        tier,
        greatest({{ month_end('tier_from') }}, edges.first_edge) as first_edge,
        {{ month_end('least(tier_until, ' ~ add_days('edges.last_edge', 1) ~ ')') }} as end_edge
    from slices
    cross join edges
    where tier_from <= edges.last_edge and tier_until > edges.first_edge
),

changes as (
    select
        changes.*,
        members.tier
    from {{ ref('int_period_changes') }} as changes
    inner join members
        on
            changes.customer_id = members.customer_id
            and {{ is_within(add_days('changes.block_start', -1), 'members.valid_from', 'members.valid_until') }}
    where changes.change in ('lost', 'joined')
),

-- The blocks on whose day before a member was at one place in one tier.
places as (
    select
        members.customer_number,
        members.tier,
        profiles.attributes_key,
        profiles.plan_key,
        {{ add_months(month_of('greatest(members.valid_from, profiles.valid_from)'), 1) }} as placed_from,
        least(
            coalesce({{ add_months(month_of('members.valid_until'), 1) }}, {{ far_future() }}),
            coalesce({{ add_months(month_of('profiles.valid_until'), 1) }}, {{ far_future() }})
        ) as placed_until
    from members
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            members.customer_number = profiles.customer_number
            and (profiles.valid_until is null or members.valid_from < profiles.valid_until)
            and (members.valid_until is null or profiles.valid_from < members.valid_until)
),

spent as (
    select
        customer_number,
        line_month,
        revenue
    from {{ ref('int_customer_order_months') }}
    where line_month >= (select min(period_start) from {{ ref('int_periods') }})
),

spent_in_blocks as (
    {%- for block, months in blocks %}
    {%- set block_start = 'cast(' ~ dbt.date_trunc(block, 'line_month') ~ ' as date)' %}
    {%- set block_end = add_days(add_months(block_start, months), -1) %}
    select
        '{{ block }}' as block_type,
        {{ block_start }} as block_start,
        {{ month_end('line_month') if block == 'year' else block_end }} as first_end,
        {{ block_end }} as last_end,
        customer_number,
        revenue
    from spent
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

spent_placed as (
    select
        spent.*,
        places.tier,
        places.attributes_key,
        places.plan_key,
        joined.joined_on,
        joined.plan_key as joined_plan_key
    from spent_in_blocks as spent
    inner join places
        on
            spent.customer_number = places.customer_number
            and places.placed_from <= spent.block_start
            and spent.block_start < places.placed_until
    left join {{ ref('int_customers_joined') }} as joined
        on spent.customer_number = joined.customer_number and spent.block_start = joined.period_start
),

-- Who joined in a block stands in it with the plan of that day: in years to date that end before it, of the day before.
spent_by_plan as (
    select
        block_type, block_start, first_end,
        case when joined_on <= last_end then {{ add_days(month_of('joined_on'), -1) }} else last_end end as last_end,
        attributes_key, plan_key, tier, revenue
    from spent_placed
    where joined_on is null or joined_on > first_end

    union all

    select
        block_type, block_start,
        greatest(first_end, {{ month_end('joined_on') }}) as first_end,
        last_end,
        attributes_key, joined_plan_key as plan_key, tier, revenue
    from spent_placed
    where joined_on <= last_end
),

final as (
    {%- for sign, edge in [('', 'first_edge'), ('-', 'end_edge')] %}
    select
        'edge' as block_type,
        cast(null as date) as block_start,
        {{ edge }} as first_end,
        cast(null as date) as last_end,
        attributes_key,
        plan_key,
        tier,
        {{ sign }}count(*) as customers_start,
        0 as lost_customers,
        0 as joined_customers,
        cast(0 as decimal(18, 2)) as revenue
    from there
    where first_edge < end_edge
    group by {{ edge }}, attributes_key, plan_key, tier
    union all
    {%- endfor %}
    select
        block_type, block_start, first_end, last_end, attributes_key, plan_key, tier,
        0 as customers_start,
        {{ count_if("change = 'lost'") }} as lost_customers,
        {{ count_if("change = 'joined'") }} as joined_customers,
        cast(0 as decimal(18, 2)) as revenue
    from changes
    group by block_type, block_start, first_end, last_end, attributes_key, plan_key, tier

    union all

    select
        block_type, block_start, first_end, last_end, attributes_key, plan_key, tier,
        0 as customers_start,
        0 as lost_customers,
        0 as joined_customers,
        {{ amount_sum('revenue') }} as revenue
    from spent_by_plan
    group by block_type, block_start, first_end, last_end, attributes_key, plan_key, tier
)

select * from final
