{#- Money: amounts in the base currency.

    Add here: how an amount takes its rate and its one rounding.
    Keep out: which amounts count (that is in the models).
-#}

{#- An amount to be multiplied: the product of two decimals of 18 digits has 18 digits again and ends the build where
    it needs more, at 92 million with a rate or a margin and at 10 million with itself. 38 digits hold every amount. -#}
{%- macro wide(amount, scale=2) -%}
cast({{ amount }} as decimal(38, {{ scale }}))
{%- endmacro -%}

{#- An amount of orders or refunds in the base currency, to the cent, half up. Most have the rate 1: products of 38 digits
    are dear. -#}
{%- macro in_base(amount, rate) -%}
case
    when {{ rate }} = 1 then cast(round({{ amount }}, 2) as decimal(18, 2))
    else cast(round({{ wide(amount, 10) }} * {{ rate }}, 2) as decimal(18, 2))
end
{%- endmacro -%}

{#- The same of a margin, which has ten decimals. Rounding 38 digits takes twenty times as long as rounding 18, which hold
    nearly every margin. -#}
{%- macro margin_in_base(margin, rate) -%}
case
    when {{ rate }} = 1 and {{ margin }} between -99999999 and 99999999
    then cast(round(cast({{ margin }} as decimal(18, 10)), 2) as decimal(18, 2))
    else {{ in_base('cast(' ~ margin ~ ' as decimal(28, 10))', rate) }}
end
{%- endmacro -%}

{#- The join of a row to its month's rate; {{ rate_to_base(row_rate, currency, 'rates.rate_to_base') }} is then its rate. -#}
{%- macro join_month_rates(day, currency) -%}
left join {{ ref('int_exchange_rates_monthly') }} as rates
        on {{ currency }} = rates.currency_code and {{ month_of(day) }} = rates.rate_month
{%- endmacro -%}

{#- Margin as a share of a price: the row's own, else the company's; NULL = not known, and no figure assumes one. -#}
{%- macro margin_rate(row_rate) -%}
coalesce({{ row_rate }}, cast({{ var('gross_margin') or 'null' }} as decimal(18, 8)))
{%- endmacro -%}

{#- May somebody pay without being a customer on that day? Only where contracts make nobody active. -#}
{%- macro payers_may_be_inactive() -%}
{{ return(var('activity_rule') == 'orders' or 'orders' in var('activity_rule_by_segment').values()) }}
{%- endmacro -%}

{#- One rounding per customer and currency: what has a rate of its own, plus the rest at the month's rate, to the cent.
    `scale`: the decimals that at_monthly_rate has; the fewer, the sooner it is rounded. -#}
{%- macro mrr_in_base(at_own_rate, at_monthly_rate, rate, scale=10) -%}
cast(round(
    {{ at_own_rate }} + case when {{ at_monthly_rate }} = 0 then 0 else {{ wide(at_monthly_rate, scale) }} * {{ rate }} end, 2
) as decimal(18, 2))
{%- endmacro -%}

{#- An expression that stops the statement with this text; engines name it differently. -#}
{%- macro stop_with(message) -%}
{{ return(adapter.dispatch('stop_with')(message)) }}
{%- endmacro -%}

{%- macro default__stop_with(message) -%}
raise_error({{ message }})
{%- endmacro -%}

{%- macro duckdb__stop_with(message) -%}
error({{ message }})
{%- endmacro -%}

{#- A sum of amounts; 0 where there is nothing to add. -#}
{%- macro amount_sum(amount) -%}
cast(coalesce(sum({{ amount }}), 0) as decimal(18, 2))
{%- endmacro -%}

{#- What an average customer of a fct_value row brings in a month after its costs: orders over the customer-months of six
    months, plus contracts at the end. A part that is not delivered brings nothing; one whose margin is not known makes
    the whole unknown. DOUBLE, unrounded. -#}
{%- macro margin_per_month() -%}
case
    when orders_6m is null and mrr_end is null then cast(null as double)
    else
        case
            when orders_6m is null then 0.0e0
            else {{ share('order_margin_6m', 'churn_6m_denominator') }}
        end + case
            when mrr_end is null or paying_customers_end = 0 then 0.0e0
            else {{ share('margin_mrr_end', 'customers_end') }}
        end
end
{%- endmacro -%}

{#- Does an order count? Not if it was paid back in full within its own month. -#}
{%- macro is_counted_order(ordered_on, fully_refunded_on) -%}
({{ fully_refunded_on }} is null or {{ fully_refunded_on }} > {{ month_end(ordered_on) }})
{%- endmacro -%}
