{#- What loyalty figures add up over events, and its type.

    Add here: a measure of fct_loyalty that is a sum over events. Keep out: members and what they spend
    (int_loyalty_counts), rates (rpt_loyalty).
-#}
{%- macro loyalty_measures() -%}
{{ return({
    'points_earned': 'bigint', 'points_redeemed': 'bigint', 'points_expired': 'bigint', 'points_adjusted': 'bigint',
    'reward_cost': 'decimal(18, 2)', 'referrals_made': 'bigint', 'referrals_converted': 'bigint',
    'referred_numerator': 'bigint',
}) }}
{%- endmacro -%}

{#- Every tier with a number: the many rows of members are counted by numbers. -#}
{%- macro tier_numbers() -%}
select
    tier,
    cast(dense_rank() over (order by tier) as smallint) as tier_number
from (select distinct tier from {{ ref('int_loyalty_tiers') }}) as found
{%- endmacro -%}
