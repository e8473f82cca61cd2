{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
-- All twelve cells of each matrix, empty ones as well.
with scopes as (
    select
        {{ scope | join(', ') }},
        sum(customers) as all_customers,
        count(offers) > 0 as are_offers_known
    from {{ ref('fct_value_risk') }}
    group by {{ scope | join(', ') }}
),

judged as (
    {{ suppressed_rows('scopes', 'all_customers', ['period_type', 'period_start', 'period_end']) }}
),

cell_names as (
    {%- for third in ['top', 'middle', 'rest'] %}
    {%- set last_third = loop.last %}
    {%- for band in ['0', '1', '2', '3+'] %}
    select '{{ third }}' as value_third, '{{ band }}' as risk_band
    {{ 'union all' if not (last_third and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

cells as (
    select
        judged.*,
        cell_names.value_third,
        cell_names.risk_band,
        coalesce(counted.customers, 0) as customers,
        cast(coalesce(counted.value_at_stake, 0) as decimal(18, 2)) as value_at_stake,
        case when judged.are_offers_known then coalesce(counted.offers, 0) end as offers,
        case when judged.are_offers_known then coalesce(counted.accepted_offers, 0) end as accepted_offers
    from judged
    cross join cell_names
    left join {{ ref('fct_value_risk') }} as counted
        on
            {%- for key in scope %}
            judged.{{ key }} = counted.{{ key }} and
            {%- endfor %}
            cell_names.value_third = counted.value_third
            and cell_names.risk_band = counted.risk_band
),

rates as (
    select
        *,
        accepted_offers as accepted_rate_numerator,
        offers as accepted_rate_denominator,
        {{ rate('accepted_offers', 'offers') }} as accepted_rate,
        {{ wilson_low('accepted_offers', 'offers') }} as accepted_rate_low,
        {{ wilson_high('accepted_offers', 'offers') }} as accepted_rate_high
    from cells
),

final as (
    select
        {{ scope | join(', ') }},
        value_third,
        risk_band,
        is_suppressed,
        {%- for figure in [
            'customers', 'value_at_stake', 'accepted_rate', 'accepted_rate_numerator', 'accepted_rate_denominator',
            'accepted_rate_low', 'accepted_rate_high',
        ] %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rates
)

select * from final
