{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set counts = ['offered', 'held_out', 'accepted', 'accepted_cost', 'spent_cost'] -%}
{%- set rates = [
    ('acceptance', 'accepted', 'offered'), ('offered_staying', 'offered_staying', 'offered_day_90'),
    ('held_out_staying', 'held_out_staying', 'held_out_day_90'),
] -%}

with scopes as (
    select
        {{ scope | join(', ') }},
        coalesce(
            nullif(sum(offered + held_out), 0), nullif(sum(offered_day_90 + held_out_day_90), 0), 0
        ) as group_size
    from {{ ref('fct_offers') }}
    group by {{ scope | join(', ') }}
),

-- Small is a scope with few offers, not a campaign.
judged as (
    {{ suppressed_rows('scopes', 'group_size', ['period_type', 'period_end']) }}
),

margins as (
    select
        {{ scope | join(', ') }},
        12 * ({{ margin_per_month() }}) as yearly_margin
    from {{ ref('fct_value') }}
),

rates as (
    select
        {% for key in scope %}offers.{{ key }}, {% endfor %}
        offers.campaign,
        offers.offer_kind,
        judged.is_suppressed,
        {%- for count in counts %}
        offers.{{ count }},
        {%- endfor %}
        {%- for name, part, whole in rates %}
        offers.{{ part }} as {{ name }}_numerator,
        offers.{{ whole }} as {{ name }}_denominator,
        {{ rate('offers.' ~ part, 'offers.' ~ whole) }} as {{ name }}_rate,
        {{ wilson_low('offers.' ~ part, 'offers.' ~ whole) }} as {{ name }}_low,
        {{ wilson_high('offers.' ~ part, 'offers.' ~ whole) }} as {{ name }}_high,
        {%- endfor %}
        round(margins.yearly_margin, 9) as margin_per_customer_year,
        -- Customers who lose money pay no offer back.
        round(
            {{ share('offers.accepted_cost', 'offers.offered') }}
            / case when margins.yearly_margin > 0 then margins.yearly_margin end, 9
        ) as break_even_uplift
    from {{ ref('fct_offers') }} as offers
    inner join judged
        on {% for key in scope %}{{ 'and ' if not loop.first }}offers.{{ key }} = judged.{{ key }} {% endfor %}
    left join margins
        on {% for key in scope %}{{ 'and ' if not loop.first }}offers.{{ key }} = margins.{{ key }} {% endfor %}
),

final as (
    select
        {{ scope | join(', ') }},
        campaign,
        offer_kind,
        is_suppressed,
        {%- for count in counts %}
        {{ shown(count) }},
        {%- endfor %}
        {%- for name, part, whole in rates %}
        {%- for bound in ['rate', 'numerator', 'denominator', 'low', 'high'] %}
        {{ shown(name ~ '_' ~ bound) }},
        {%- endfor %}
        {%- endfor %}
        {{ shown('margin_per_customer_year') }},
        {{ shown('break_even_uplift') }}
    from rates
)

select * from final
