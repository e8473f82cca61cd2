{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set figures = [
    'customers_start', 'customers_end', 'mean_customers', 'retention_rate', 'retention_numerator',
    'retention_denominator', 'retention_low', 'retention_high', 'revenue', 'spend_per_customer', 'points_earned',
    'points_redeemed', 'points_expired', 'points_adjusted', 'reward_cost', 'referrals_made', 'referrals_converted',
    'referred_rate', 'referred_numerator', 'referred_denominator', 'referred_low', 'referred_high',
] -%}

with named as (
    select
        *,
        retained_customers as retention_numerator,
        customers_start as retention_denominator
    from {{ ref('fct_loyalty') }}
),

rates as (
    select
        *,
        {%- for name in ['retention', 'referred'] %}
        {{ rate(name ~ '_numerator', name ~ '_denominator') }} as {{ name }}_rate,
        {{ wilson_low(name ~ '_numerator', name ~ '_denominator') }} as {{ name }}_low,
        {{ wilson_high(name ~ '_numerator', name ~ '_denominator') }} as {{ name }}_high,
        {%- endfor %}
        {{ rate('revenue', 'mean_customers') }} as spend_per_customer,
        coalesce(nullif(customers_start, 0), customers_end) as group_size,
        -- Tiers stand side by side with who is no member; the three sums of them do not.
        case when tier in ('(all)', '(members)') then tier else 'tier' end as shown_among
    from named
),

judged as (
    {{ suppressed_rows(
        'rates', 'group_size', ['period_type', 'period_start', 'period_end', 'shown_among'],
        order_by=['scope_value', 'tier']
    ) }}
),

final as (
    select
        {{ scope | join(', ') }},
        tier,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
