{{ config(materialized='view') }}
-- What adds to net revenue and what takes from it: a line per counted order in its month, a line per refund in its own.
-- Nothing is stored twice: a view of orders and refunds, which compute the few columns their readers ask for.
with lines as (
    select
        order_id,
        cast(null as varchar) as refund_id,
        'order' as line_kind,
        customer_number,
        channel,
        currency_code,
        ordered_on,
        ordered_on as line_on,
        order_month as line_month,
        amount,
        coalesce(margin, {{ wide('amount') }} * {{ margin_rate('null') }}) as margin,
        row_rate_to_base as first_rate,
        cast(null as decimal(18, 8)) as last_rate
    from {{ ref('int_orders_counted') }}
    where is_counted

    union all

    -- A refund carries no rate: its month's holds; an order that came with a rate lends it where the table has none.
    select
        order_id,
        refund_id,
        'refund' as line_kind,
        customer_number,
        channel,
        currency_code,
        ordered_on,
        refunded_on as line_on,
        {{ month_of('refunded_on') }} as line_month,
        -netted_amount as amount,
        -- What is given back takes its share of the order's margin with it.
        -{{ wide('netted_amount') }} * {{ margin_rate('cast(round(margin / nullif(amount, 0), 8) as decimal(18, 8))') }} as margin,
        cast(null as decimal(18, 8)) as first_rate,
        row_rate_to_base as last_rate
    from {{ ref('int_orders_refunded') }}
    where netted_amount > 0
),

rated as (
    select
        lines.*,
        coalesce(
            {{ rate_to_base('lines.first_rate', 'lines.currency_code', 'rates.rate_to_base') }}, lines.last_rate
        ) as rate_to_base
    from lines
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on lines.line_month = rates.rate_month and lines.currency_code = rates.currency_code
),

final as (
    select
        order_id,
        refund_id,
        line_kind,
        customer_number,
        channel,
        currency_code,
        ordered_on,
        line_on,
        line_month,
        cast(amount as decimal(18, 2)) as amount,
        rate_to_base,
        {{ in_base('amount', 'rate_to_base') }} as base_amount,
        {{ margin_in_base('coalesce(margin, 0)', 'rate_to_base') }} as base_margin,
        margin is null as is_margin_unknown
    from rated
)

select * from final
