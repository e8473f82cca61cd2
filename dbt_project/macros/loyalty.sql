{#- What loyalty figures add up, and its type.

    Add here: a measure of fct_loyalty that is a sum over events. Keep out: rates (they are in rpt_loyalty).
-#}
{%- macro loyalty_measures() -%}
{{ return({
    'customers_start': 'bigint', 'customers_end': 'bigint', 'retained_customers': 'bigint', 'revenue': 'decimal(18, 2)',
    'points_earned': 'bigint', 'points_redeemed': 'bigint', 'points_expired': 'bigint', 'points_adjusted': 'bigint',
    'reward_cost': 'decimal(18, 2)', 'referrals_made': 'bigint', 'referrals_converted': 'bigint',
    'referred_numerator': 'bigint',
}) }}
{%- endmacro -%}
