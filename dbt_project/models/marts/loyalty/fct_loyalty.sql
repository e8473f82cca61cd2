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

summed as (
    {{ scope_sums('loyalty_rows', keys + ['tier'], measures.keys() | list) }}
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
        ('tier', 'summed', ''), ("'(members)'", 'summed', ''), ("'(all)'", 'summed', ''), ("'(none)'", 'summed', '-'),
        ("'(all)'", 'totals', ''), ("'(none)'", 'totals', ''),
    ] %}
    {%- set of_everybody = tier == "'(all)'" and source == 'summed' %}
    select
        {{ scope | join(', ') }},
        {{ tier }} as tier,
        {%- for measure in measures %}
        {%- if source == 'totals' %}
        {{ measure if measure in of_tiers else 0 }} as {{ measure }},
        {%- elif sign == '-' %}
        {{ '-' ~ measure if measure in of_tiers else 0 }} as {{ measure }},
        {%- elif measure in of_tiers %}
        {{ 0 if of_everybody else "case when tier <> '(none)' then " ~ measure ~ ' else 0 end' }} as {{ measure }},
        {%- else %}
        {{ measure }} as {{ measure }},
        {%- endif %}
        {%- endfor %}
        {{ 'referred_denominator' if source == 'totals' and tier == "'(all)'" else 'cast(null as bigint)' }} as referred_denominator
    from {{ source }}
    {%- if source == 'summed' and (tier == "'(members)'" or sign == '-') %}
    where tier <> '(none)'
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

added as (
    select
        {{ scope | join(', ') }},
        tier,
        {%- for measure, type in measures.items() %}
        cast(sum({{ measure }}) as {{ type }}) as {{ measure }},
        {%- endfor %}
        cast(sum(referred_denominator) as bigint) as referred_denominator
    from parts
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
