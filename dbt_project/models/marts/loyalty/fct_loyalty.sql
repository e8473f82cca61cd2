{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set measures = loyalty_measures() -%}
{%- set of_tiers = ['customers_start', 'customers_end', 'retained_customers', 'revenue'] -%}
{%- set of_points = ['points_earned', 'points_redeemed', 'points_expired', 'points_adjusted', 'reward_cost'] -%}

-- Each tier, (members) together, (none) for everybody else, and (all). What everybody does is known from the ledger and
-- the orders; who is no member is the rest.
with delivered as (
    select
        max(case when entity = 'loyalty_transactions' then landed end) > 0 as has_points,
        max(case when entity = 'referrals' then landed end) > 0 as has_referrals,
        exists (select 1 from {{ ref('int_loyalty_tiers') }} where tier <> '(none)') as has_tiers
    from {{ ref('int_entity_clearing') }}
),

loyalty_rows as (
    select * from {{ ref('int_loyalty_rows') }}
),

events as (
    {{ scope_sums('loyalty_rows', keys + ['tier'], measures.keys() | list) }}
),

-- Which block, periods and tier a count is of, as one number.
count_kinds as (
    select
        *,
        cast(row_number() over (order by block_type, block_start, first_end, last_end, tier) as integer) as count_kind
    from (
        select distinct block_type, block_start, first_end, last_end, tier from {{ ref('int_loyalty_counts') }}
    ) as kinds
),

loyalty_counts as (
    select
        count_kinds.count_kind,
        counts.attributes_key,
        counts.plan_key,
        counts.customers_start,
        counts.lost_customers,
        counts.joined_customers,
        counts.revenue
    from {{ ref('int_loyalty_counts') }} as counts
    inner join count_kinds
        on
            counts.block_type = count_kinds.block_type
            and counts.block_start is not distinct from count_kinds.block_start
            and counts.first_end = count_kinds.first_end
            and counts.last_end is not distinct from count_kinds.last_end
            and counts.tier = count_kinds.tier
),

summed as (
    {{ coded_totals(
        'loyalty_counts', ['count_kind'], ['customers_start', 'lost_customers', 'joined_customers', 'revenue']
    ) }}
),

counted as (
    select
        {{ copied_scope('summed', 'copies') }},
        count_kinds.block_type,
        count_kinds.block_start,
        count_kinds.first_end,
        count_kinds.last_end,
        count_kinds.tier,
        summed.customers_start,
        summed.lost_customers,
        summed.joined_customers,
        summed.revenue
    from summed
    inner join ({{ audience_copies() }}) as copies on summed.audience = copies.rows_of
    inner join count_kinds on summed.count_kind = count_kinds.count_kind
),

-- How many are there from one month's end to the next.
held as (
    select
        audience,
        scope_type,
        scope_value,
        tier,
        first_end as held_from,
        coalesce(lead(first_end) over tier_edges, {{ far_future() }}) as held_until,
        sum(customers_start) over (tier_edges rows between unbounded preceding and current row) as customers_start
    from counted
    where block_type = 'edge'
    window tier_edges as (partition by audience, scope_type, scope_value, tier order by first_end)
),

tiers as (
    select
        held.audience, held.scope_type, held.scope_value,
        periods.period_type, periods.period_start, periods.period_end,
        held.tier,
        held.customers_start,
        held.customers_start as customers_end,
        held.customers_start as retained_customers,
        0 as revenue
    from held
    inner join {{ ref('int_periods') }} as periods
        on periods.day_before >= held.held_from and periods.day_before < held.held_until

    union all

    select
        counted.audience, counted.scope_type, counted.scope_value,
        periods.period_type, periods.period_start, periods.period_end,
        counted.tier,
        0 as customers_start,
        counted.joined_customers - counted.lost_customers as customers_end,
        -counted.lost_customers as retained_customers,
        counted.revenue
    from counted
    inner join {{ ref('int_periods') }} as periods
        on
            counted.block_type = periods.block_type
            and counted.block_start = periods.period_start
            and periods.period_end between counted.first_end and counted.last_end
),

totals as (
    select
        {{ scope | join(', ') }},
        customers_start,
        customers_end,
        retained_customers,
        0 as revenue,
        new_customers as referred_denominator
    from {{ ref('fct_retention') }}
    union all
    select
        {{ scope | join(', ') }},
        0 as customers_start,
        0 as customers_end,
        0 as retained_customers,
        revenue,
        cast(null as bigint) as referred_denominator
    from {{ ref('fct_orders') }}
    where period_type <> 'history' and scope_type <> 'order_channel'
),

parts as (
    {%- for tier, source, sign in [
        ('tier', 'events', ''), ("'(members)'", 'events', ''), ("'(all)'", 'events', ''),
        ('tier', 'tiers', ''), ("'(members)'", 'tiers', ''), ("'(none)'", 'tiers', '-'),
        ("'(all)'", 'totals', ''), ("'(none)'", 'totals', ''),
    ] %}
    select
        {{ scope | join(', ') }},
        {{ tier }} as tier,
        {%- for measure in of_tiers %}
        {{ '0' if source == 'events' else sign ~ measure }} as {{ measure }},
        {%- endfor %}
        {%- for measure in measures %}
        {{ measure if source == 'events' else '0' }} as {{ measure }},
        {%- endfor %}
        {{ 'referred_denominator' if source == 'totals' and tier == "'(all)'" else 'cast(null as bigint)' }} as referred_denominator
    from {{ source }}
    {%- if source == 'events' and tier == "'(members)'" %}
    where tier <> '(none)'
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

added as (
    select
        {{ scope | join(', ') }},
        tier,
        {%- for measure in of_tiers | reject('equalto', 'revenue') %}
        cast(sum({{ measure }}) as bigint) as {{ measure }},
        {%- endfor %}
        {{ amount_sum('revenue') }} as revenue,
        {%- for measure, type in measures.items() %}
        cast(sum({{ measure }}) as {{ type }}) as {{ measure }},
        {%- endfor %}
        cast(sum(referred_denominator) as bigint) as referred_denominator
    from parts
    where {{ is_in_ledger('period_start') }}
    group by {{ scope | join(', ') }}, tier
),

final as (
    select
        {{ scope | join(', ') }},
        added.tier,
        {%- for measure in of_tiers %}
        added.{{ measure }},
        {%- endfor %}
        cast((added.customers_start + added.customers_end) * 0.5 as decimal(18, 1)) as mean_customers,
        {%- for measure in of_points %}
        case when delivered.has_points then added.{{ measure }} end as {{ measure }},
        {%- endfor %}
        {%- for measure in ['referrals_made', 'referrals_converted'] %}
        case when delivered.has_referrals then added.{{ measure }} end as {{ measure }},
        {%- endfor %}
        case when delivered.has_referrals and added.tier = '(all)' then added.referred_numerator end
            as referred_numerator,
        case when delivered.has_referrals then added.referred_denominator end as referred_denominator
    from added
    cross join delivered
    where
        delivered.has_tiers
        or (added.tier = '(all)' and (delivered.has_points or delivered.has_referrals))
)

select * from final
