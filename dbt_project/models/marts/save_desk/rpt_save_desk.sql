{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set figures = [
    'requests', 'saved', 'lost', 'pending', 'undated', 'save_rate', 'save_rate_numerator', 'save_rate_denominator',
    'save_rate_low', 'save_rate_high', 'still_active_rate', 'still_active_numerator', 'still_active_denominator',
    'still_active_low', 'still_active_high',
] -%}

with scopes as (
    select
        *,
        coalesce(nullif(saved + lost, 0), nullif(requests, 0), nullif(pending, 0), saved_day_90) as group_size
    from {{ ref('fct_save_desk') }}
    where handled_by = '(all)' and campaign = '(all)'
),

-- Small is a scope with few decisions, not a handler.
judged as (
    {{ suppressed_rows('scopes', 'group_size', ['period_type', 'period_end']) }}
),

rates as (
    select
        desk.*,
        judged.is_suppressed,
        desk.saved as save_rate_numerator,
        desk.saved + desk.lost as save_rate_denominator,
        {{ rate('desk.saved', '(desk.saved + desk.lost)') }} as save_rate,
        {{ wilson_low('desk.saved', '(desk.saved + desk.lost)') }} as save_rate_low,
        {{ wilson_high('desk.saved', '(desk.saved + desk.lost)') }} as save_rate_high,
        desk.still_active as still_active_numerator,
        desk.saved_day_90 as still_active_denominator,
        {{ rate('desk.still_active', 'desk.saved_day_90') }} as still_active_rate,
        {{ wilson_low('desk.still_active', 'desk.saved_day_90') }} as still_active_low,
        {{ wilson_high('desk.still_active', 'desk.saved_day_90') }} as still_active_high
    from {{ ref('fct_save_desk') }} as desk
    inner join judged
        on {% for key in scope %}{{ 'and ' if not loop.first }}desk.{{ key }} = judged.{{ key }} {% endfor %}
),

final as (
    select
        {{ scope | join(', ') }},
        handled_by,
        campaign,
        offer_kind,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rates
)

select * from final
