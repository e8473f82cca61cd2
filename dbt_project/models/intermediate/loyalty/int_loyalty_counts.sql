{{ config(materialized='view') }}
{%- set key = ['blocks', 'counted_on', 'attributes_key', 'plan_key', 'tier_number'] -%}
{%- set blocks = {'month': 1, 'quarter': 2, 'year': 4} -%}

-- Members as the ledger counts customers, and what they spent, by tier and place. No row per member and period. With blocks
-- 0, a row says how many more (or fewer) are there from a month's end on. Other rows count in the periods their day lies in:
-- of months (1), of quarters (2), of years and years to date (4), or of several of these (their sum). The tier is that of the
-- day before the period.
with tier_numbers as (
    {{ tier_numbers() }}
),

members as (
    select
        identified.customer_number,
        tier_numbers.tier_number,
        tiers.valid_from,
        tiers.valid_until
    from {{ ref('int_loyalty_tiers') }} as tiers
    inner join {{ ref('int_customers_identified') }} as identified on tiers.customer_id = identified.customer_id
    inner join tier_numbers on tiers.tier = tier_numbers.tier
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
        members.tier_number,
        greatest(slices.slice_from, members.valid_from) as tier_from,
        least(slices.slice_until, coalesce(members.valid_until, {{ far_future() }})) as tier_until
    from {{ ref('int_activity_slices') }} as slices
    inner join members
        on
            slices.customer_number = members.customer_number
            and members.valid_from < slices.slice_until
            and (members.valid_until is null or slices.slice_from < members.valid_until)
),

-- There at every month's end from the one at or after the first day up to the one at or after the last.
there as (
    select
        attributes_key,
        plan_key,
        tier_number,
        greatest({{ month_end('tier_from') }}, edges.first_edge) as first_edge,
        {{ month_end('least(tier_until, ' ~ add_days('edges.last_edge', 1) ~ ')') }} as end_edge
    from slices
    cross join edges
    where tier_from <= edges.last_edge and tier_until > edges.first_edge
),

changes as (
    select
        case changes.block_type{% for block, number in blocks.items() %} when '{{ block }}' then {{ number }}{% endfor %} end as blocks,
        changes.block_start,
        changes.first_end,
        changes.last_end,
        changes.attributes_key,
        changes.plan_key,
        members.tier_number,
        case when changes.change = 'lost' then 1 else 0 end as lost_customers,
        case when changes.change = 'joined' then 1 else 0 end as joined_customers
    from {{ ref('int_period_changes') }} as changes
    inner join members
        on
            changes.customer_number = members.customer_number
            and {{ is_within(add_days('changes.block_start', -1), 'members.valid_from', 'members.valid_until') }}
    where changes.change in ('lost', 'joined')
),

-- The months, quarters and years on whose day before a member was at one place in one tier, by their first month.
places as (
    select
        members.customer_number,
        members.tier_number,
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
        line_month as month_start,
        {{ block_start('quarter', 'line_month') }} as quarter_start,
        {{ block_start('year', 'line_month') }} as year_start,
        revenue
    from {{ ref('int_customer_order_months') }}
    where line_month >= (select min(period_start) from {{ ref('int_periods') }})
),

-- Most members were at one place on the day before the month, the quarter and the year alike: one row for the three.
spent_placed as (
    select
        spent.*,
        places.tier_number,
        places.attributes_key,
        places.plan_key,
        {%- for block in blocks %}
        places.placed_from <= spent.{{ block }}_start and spent.{{ block }}_start < places.placed_until as is_in_{{ block }}{{ ',' if not loop.last }}
        {%- endfor %}
    from spent
    inner join places
        on
            spent.customer_number = places.customer_number
            and places.placed_from <= spent.month_start
            and spent.year_start < places.placed_until
),

-- Who joined in a block stands in it with the plan of that day: in years to date that end before it, of the day before.
spent_by_joiners as (
    {%- for block, months in [('month', 1), ('quarter', 3), ('year', 12)] %}
    select
        {{ blocks[block] }} as blocks,
        greatest({{ month_end('spent.month_start') }}, {{ month_end('joined.joined_on') }}) as counted_on,
        spent.attributes_key,
        spent.plan_key,
        joined.plan_key as joined_plan_key,
        spent.tier_number,
        spent.revenue
    from spent_placed as spent
    inner join {{ ref('int_customers_joined') }} as joined
        on
            spent.customer_number = joined.customer_number
            and spent.{{ block }}_start = joined.period_start
            and spent.plan_key <> joined.plan_key
    where spent.is_in_{{ block }} and joined.joined_on < {{ add_months('spent.' ~ block ~ '_start', months) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    {%- for sign, edge in [('', 'first_edge'), ('-', 'end_edge')] %}
    select
        0 as blocks,
        {{ edge }} as counted_on,
        attributes_key,
        plan_key,
        tier_number,
        {{ sign }}1 as customers_start,
        0 as lost_customers,
        0 as joined_customers,
        cast(0 as decimal(18, 2)) as revenue,
        0 as records
    from there
    where first_edge < end_edge
    union all
    {%- endfor %}
    select
        blocks, first_end as counted_on, attributes_key, plan_key, tier_number, 0 as customers_start,
        lost_customers, joined_customers, 0 as revenue, 1 as records
    from changes

    union all

    -- What changed, and back within the year: the later years to date have it no longer.
    select
        blocks, {{ month_end(add_days('last_end', 1)) }} as counted_on, attributes_key, plan_key, tier_number, 0 as customers_start,
        -lost_customers, -joined_customers, 0 as revenue, -1 as records
    from changes
    where blocks = {{ blocks.year }} and last_end < {{ add_days(add_months('block_start', 12), -1) }}

    union all

    select
        0
        {%- for block, number in blocks.items() %} + case when is_in_{{ block }} then {{ number }} else 0 end{% endfor %} as blocks,
        {{ month_end('month_start') }} as counted_on, attributes_key, plan_key, tier_number, 0 as customers_start,
        0 as lost_customers, 0 as joined_customers, revenue, 1 as records
    from spent_placed
    {%- for sign, plan in [('-', 'plan_key'), ('', 'joined_plan_key')] %}

    union all

    select
        blocks, counted_on, attributes_key, {{ plan }} as plan_key, tier_number, 0 as customers_start,
        0 as lost_customers, 0 as joined_customers, {{ sign }}revenue as revenue, {{ sign }}1 as records
    from spent_by_joiners
    {%- endfor %}
),

final as (
    select *
    from counted
    where blocks > 0 or customers_start <> 0
)

select * from final
