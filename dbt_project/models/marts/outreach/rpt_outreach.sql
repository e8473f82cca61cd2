{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set figures = [
    'touches', 'replied_rate', 'replied_numerator', 'replied_denominator', 'replied_low', 'replied_high',
    'converted_rate', 'converted_numerator', 'converted_denominator', 'converted_low', 'converted_high',
] -%}

with rates as (
    select
        *,
        {%- for name in ['replied', 'converted'] %}
        touches as {{ name }}_denominator,
        {{ rate(name ~ '_numerator', 'touches') }} as {{ name }}_rate,
        {{ wilson_low(name ~ '_numerator', 'touches') }} as {{ name }}_low,
        {{ wilson_high(name ~ '_numerator', 'touches') }} as {{ name }}_high{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('fct_outreach') }}
),

judged as (
    {{ suppressed_rows(
        'rates', 'touches', ['period_type', 'period_start', 'period_end'],
        order_by=['scope_value', 'campaign', 'channel']
    ) }}
),

final as (
    select
        {{ scope | join(', ') }},
        campaign,
        channel,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
