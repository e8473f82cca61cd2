{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set measures = loyalty_measures() -%}
{%- set of_members = ['customers_start', 'customers_end', 'retained_customers', 'revenue'] -%}
{%- set counts = ['customers_start', 'lost_customers', 'joined_customers', 'revenue', 'records'] -%}
{%- set of_points = ['points_earned', 'points_redeemed', 'points_expired', 'points_adjusted', 'reward_cost'] -%}

-- Each tier, (members) together, (none) for everybody else, and (all). What everybody does is known from the ledger and
-- the orders; who is no member is the rest.
with months as (
    {{ months_of_periods() }}
),

delivered as (
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

tier_numbers as (
    {{ tier_numbers() }}
),

counted as (
    {{ coded_totals(ref('int_loyalty_counts'), ['blocks', 'counted_on', 'tier_number'], counts) }}
),

-- How many are there from one month's end to the next.
held as (
    select
        {{ scope | reject('in', keys) | join(', ') }},
        tier_number,
        counted_on as held_from,
        coalesce(lead(counted_on) over tier_edges, {{ far_future() }}) as held_until,
        sum(customers_start) over (tier_edges rows between unbounded preceding and current row) as customers_start
    from counted
    where blocks = 0
    window tier_edges as (partition by audience, scope_type, scope_value, tier_number order by counted_on)
),

-- The months of every period, for each kind of rows that count in it.
block_months as (
    {%- for blocks in range(1, 8) %}
    {%- set last_blocks = loop.last %}
    {%- for number, types in [(1, "('month')"), (2, "('quarter')"), (4, "('year', 'ytd')")] if blocks // number % 2 %}
    select {{ blocks }} as blocks, months.* from months where months.period_type in {{ types }}
    {{ 'union all' if not (last_blocks and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

changed as (
    select
        {%- for column in scope | reject('in', keys) %}
        counted.{{ column }},
        {%- endfor %}
        counted.tier_number,
        {%- for key in keys %}
        block_months.{{ key }},
        {%- endfor %}
        {%- for count in counts %}
        sum(counted.{{ count }}) as {{ count }}{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
    inner join block_months
        on counted.blocks = block_months.blocks and {{ month_of('counted.counted_on') }} = block_months.month_start
    group by
        {% for column in scope | reject('in', keys) %}counted.{{ column }}, {% endfor %}counted.tier_number,
        {% for key in keys %}block_months.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
),

of_tiers as (
    select
        held.audience, held.scope_type, held.scope_value, held.tier_number,
        periods.period_type, periods.period_start, periods.period_end,
        held.customers_start,
        held.customers_start as customers_end,
        held.customers_start as retained_customers,
        0 as revenue
    from held
    inner join {{ ref('int_periods') }} as periods
        on periods.day_before >= held.held_from and periods.day_before < held.held_until

    union all

    select
        audience, scope_type, scope_value, tier_number, {{ keys | join(', ') }},
        0 as customers_start,
        joined_customers - lost_customers as customers_end,
        -lost_customers as retained_customers,
        revenue
    from changed
    where records > 0
),

tiers as (
    select
        {{ copied_scope('of_tiers', 'copies') }},
        {%- for column in keys + of_members %}
        of_tiers.{{ column }},
        {%- endfor %}
        tier_numbers.tier
    from of_tiers
    inner join tier_numbers on of_tiers.tier_number = tier_numbers.tier_number
    inner join ({{ audience_copies() }}) as copies on of_tiers.audience = copies.rows_of
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
        {%- for measure in of_members %}
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
        {%- for measure in of_members | reject('equalto', 'revenue') %}
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
        {%- for measure in of_members %}
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
