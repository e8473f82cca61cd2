{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set figures = [
    'csat', 'csat_numerator', 'csat_denominator', 'csat_low', 'csat_high', 'others_csat', 'others_csat_numerator',
    'others_csat_denominator', 'csat_difference', 'csat_difference_low', 'csat_difference_high',
] -%}

with shares as (
    select
        *,
        {%- for side in ['', 'others_'] %}
        {{ share(side ~ 'csat_numerator', side ~ 'csat_denominator') }} as {{ side }}share,
        {{ wilson_low(side ~ 'csat_numerator', side ~ 'csat_denominator') }} as {{ side }}csat_low,
        {{ wilson_high(side ~ 'csat_numerator', side ~ 'csat_denominator') }} as {{ side }}csat_high,
        {%- endfor %}
        least(csat_denominator, nullif(others_csat_denominator, 0)) as group_size
    from {{ ref('fct_reply_variants') }}
),

rates as (
    select
        *,
        round(share, 9) as csat,
        round(others_share, 9) as others_csat,
        round(share - others_share, 9) as csat_difference,
        {{ newcombe_low('share', 'csat_low', 'csat_high', 'others_share', 'others_csat_low', 'others_csat_high') }}
            as csat_difference_low,
        {{ newcombe_high('share', 'csat_low', 'csat_high', 'others_share', 'others_csat_low', 'others_csat_high') }}
            as csat_difference_high
    from shares
),

judged as (
    {{ suppressed_rows(
        'rates', 'group_size', ['period_type', 'period_start', 'period_end'], order_by=['scope_value', 'reply_variant']
    ) }}
),

final as (
    select
        {{ scope | join(', ') }},
        reply_variant,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
