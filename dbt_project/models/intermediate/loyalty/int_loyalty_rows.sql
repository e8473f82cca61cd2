{{ config(materialized='view') }}
{%- set measures = loyalty_measures() -%}

-- Points, rewards and referrals, one kind a row, in every period they fall in. The tier is an attribute like others: that
-- of the day before the period serves it all.
with months as (
    {{ months_of_periods() }}
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
    inner join {{ ref('int_period_changes') }} as changes
        on referrals.referred_id = changes.customer_id and changes.change = 'joined' and changes.is_new
    inner join {{ ref('int_periods') }} as periods
        on
            changes.block_type = periods.block_type
            and changes.block_start = periods.period_start
            and periods.period_end between changes.first_end and changes.last_end
            and referrals.referred_on <= periods.period_end
),

in_periods as (
    {%- for relation, day in [
        ('transactions', 'occurred_on'), ('referrals', 'referred_on'), ('referrals', 'converted_on'), ('came', none),
    ] %}
    {%- set counted = {
        'transactions': {
            'points_earned': 'points_earned', 'points_redeemed': 'points_redeemed',
            'points_expired': 'points_expired', 'points_adjusted': 'points_adjusted', 'reward_cost': 'reward_cost',
        },
        'referrals': {'referrals_made' if day == 'referred_on' else 'referrals_converted': '1'},
        'came': {'referred_numerator': '1'},
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
            and {{ was_within('in_periods.period_start', 'tiers.valid_from', 'tiers.valid_until') }}
),

final as (
    {{ placed_customers('tiered') }}
)

select * from final
