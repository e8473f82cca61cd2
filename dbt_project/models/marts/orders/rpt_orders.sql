{%- set figures = [
    'orders', 'buyers', 'returning_buyers', 'returning_orders', 'returning_revenue', 'revenue', 'aov', 'buyers_12m',
    'orders_12m', 'purchase_frequency', 'repeat_buyers', 'buyers_ever', 'repeat_rate', 'repeat_rate_low',
    'repeat_rate_high', 'top20_buyers', 'top20_revenue', 'revenue_12m', 'top20_share', 'main_buyers',
    'main_buyers_share', 'returning_order_share', 'returning_order_share_low',
    'returning_order_share_high', 'returning_revenue_share',
    'returning_revenue_share_low', 'returning_revenue_share_high',
] -%}

with sized as (
    select
        *,
        -- Of months in which more was paid back than bought there is no share.
        case when revenue > 0 then revenue end as shared_revenue,
        case when revenue_12m > 0 then revenue_12m end as shared_revenue_12m,
        -- Nobody makes four fifths of nothing.
        nullif(main_buyers, 0) as named_main_buyers,
        -- Buyers of the period are among those of the year, and these among all: the first with anyone is the smallest.
        coalesce(nullif(buyers, 0), nullif(buyers_12m, 0), buyers_ever) as group_size
    from {{ ref('fct_orders') }}
),

rates as (
    select
        *,
        {{ rate('revenue', 'orders') }} as aov,
        {{ rate('orders_12m', 'buyers_12m') }} as purchase_frequency,
        {{ rate('repeat_buyers', 'buyers_ever') }} as repeat_rate,
        {{ wilson_low('repeat_buyers', 'buyers_ever') }} as repeat_rate_low,
        {{ wilson_high('repeat_buyers', 'buyers_ever') }} as repeat_rate_high,
        {{ rate('top20_revenue', 'shared_revenue_12m') }} as top20_share,
        {{ rate('named_main_buyers', 'buyers_12m') }} as main_buyers_share,
        {{ rate('returning_orders', 'orders') }} as returning_order_share,
        {{ wilson_low('returning_orders', 'orders') }} as returning_order_share_low,
        {{ wilson_high('returning_orders', 'orders') }} as returning_order_share_high,
        {{ rate('returning_revenue', 'shared_revenue') }} as returning_revenue_share,
        {{ ratio_interval(
            'returning_revenue_share', 'returning_revenue', 'shared_revenue', 'returning_revenue_squared',
            'returning_revenue_product', 'revenue_squared'
        ) }}
    from sized
),

judged as (
    {{ suppressed_rows('rates', 'group_size', ['period_type', 'period_start', 'period_end']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
