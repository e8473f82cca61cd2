{{ config(materialized='view') }}
{%- set measures = loyalty_measures() -%}

-- All that loyalty figures count, one kind a row, in every period it falls in: members and whether they stayed, what they
-- spent, points, referrals. The tier is an attribute like others: that of the day before the period serves it all.
with months as (
    {{ months_of_periods() }}
),

members as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        tiers.customer_id,
        case when starting.customer_id is not null then 1 else 0 end as customers_start,
        case when ending.customer_id is not null then 1 else 0 end as customers_end,
        case when starting.customer_id is not null and ending.customer_id is not null then 1 else 0 end
            as retained_customers
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_loyalty_tiers') }} as tiers
        on {{ is_within('periods.day_before', 'tiers.valid_from', 'tiers.valid_until') }}
    left join {{ ref('int_activity_spells') }} as starting
        on
            tiers.customer_id = starting.customer_id
            and {{ is_within('periods.day_before', 'starting.started_on', 'starting.ended_on') }}
    left join {{ ref('int_activity_spells') }} as ending
        on
            tiers.customer_id = ending.customer_id
            and {{ is_within('periods.period_end', 'ending.started_on', 'ending.ended_on') }}
    where tiers.tier <> '(none)' and (starting.customer_id is not null or ending.customer_id is not null)
),

spent as (
    select
        customer_id,
        line_month,
        {{ amount_sum('base_amount') }} as revenue
    from {{ ref('int_order_lines') }}
    where customer_id in (select customer_id from {{ ref('int_loyalty_tiers') }} where tier <> '(none)')
    group by customer_id, line_month
),

transactions as (
    select
        identified.survivor_id as customer_id,
        transactions.occurred_on,
        {%- for kind, sign in [('earn', ''), ('redeem', '-'), ('expire', '-'), ('adjust', '')] %}
        case when transactions.kind = '{{ kind }}' then {{ sign }}transactions.points else 0 end
            as points_{{ {'earn': 'earned', 'redeem': 'redeemed', 'expire': 'expired', 'adjust': 'adjusted'}[kind] }},
        {%- endfor %}
        coalesce({{ in_base('transactions.cost', rate_to_base(
            'null', "coalesce(transactions.currency, '" ~ var('base_currency') ~ "')", 'rates.rate_to_base'
        )) }}, 0) as reward_cost
    from {{ ref('int_loyalty_transactions_admitted') }} as transactions
    inner join {{ ref('int_customers_identified') }} as identified on transactions.customer_id = identified.customer_id
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on {{ month_of('transactions.occurred_on') }} = rates.rate_month and transactions.currency = rates.currency_code
),

referrals as (
    select
        identified.survivor_id as customer_id,
        referred.survivor_id as referred_id,
        referrals.referred_on,
        referrals.converted_on
    from {{ ref('int_referrals_admitted') }} as referrals
    inner join {{ ref('int_customers_identified') }} as identified on referrals.referrer_id = identified.customer_id
    left join {{ ref('int_customers_identified') }} as referred on referrals.referred_customer_id = referred.customer_id
),

-- Who was referred by the period's end and is one of its new customers.
came as (
    select distinct
        periods.period_type,
        periods.period_start,
        periods.period_end,
        referrals.referred_id as customer_id
    from referrals
    inner join {{ ref('int_customer_lifetimes') }} as lifetimes on referrals.referred_id = lifetimes.customer_id
    inner join {{ ref('int_periods') }} as periods
        on
            lifetimes.first_active_on between periods.period_start and periods.period_end
            and referrals.referred_on <= periods.period_end
    inner join {{ ref('int_activity_spells') }} as spells
        on
            referrals.referred_id = spells.customer_id
            and {{ is_within('periods.period_end', 'spells.started_on', 'spells.ended_on') }}
),

in_periods as (
    {%- for relation, day in [
        ('spent', 'line_month'), ('transactions', 'occurred_on'), ('referrals', 'referred_on'),
        ('referrals', 'converted_on'), ('came', none), ('members', none),
    ] %}
    {%- set counted = {
        'spent': {'revenue': 'revenue'},
        'transactions': {
            'points_earned': 'points_earned', 'points_redeemed': 'points_redeemed',
            'points_expired': 'points_expired', 'points_adjusted': 'points_adjusted', 'reward_cost': 'reward_cost',
        },
        'referrals': {'referrals_made' if day == 'referred_on' else 'referrals_converted': '1'},
        'came': {'referred_numerator': '1'},
        'members': {
            'customers_start': 'customers_start', 'customers_end': 'customers_end',
            'retained_customers': 'retained_customers',
        },
    }[relation] %}
    select
        {{ 'months' if day else 'counted' }}.period_type,
        {{ 'months' if day else 'counted' }}.period_start,
        {{ 'months' if day else 'counted' }}.period_end,
        counted.customer_id,
        {%- for measure, type in measures.items() %}
        cast({{ 'counted.' ~ counted[measure] if counted.get(measure, '1') != '1' else (1 if measure in counted else 0) }} as {{ type }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }} as counted
    {%- if day %}
    inner join months on {{ month_of('counted.' ~ day) }} = months.month_start
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

tiered as (
    select
        in_periods.*,
        coalesce(tiers.tier, '(none)') as tier
    from in_periods
    left join {{ ref('int_loyalty_tiers') }} as tiers
        on
            in_periods.customer_id = tiers.customer_id
            and tiers.valid_from < in_periods.period_start
            and (tiers.valid_until is null or tiers.valid_until >= in_periods.period_start)
),

final as (
    {{ placed_customers('tiered') }}
)

select * from final
