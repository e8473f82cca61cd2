{#- Money: amounts in the base currency.

    Add here: how an amount takes its rate and its one rounding.
    Keep out: which amounts count (that is in the models).
-#}

{#- An amount of orders or refunds in the base currency, to the cent, half up. -#}
{%- macro in_base(amount, rate) -%}
cast(round({{ amount }} * {{ rate }}, 2) as decimal(18, 2))
{%- endmacro -%}

{#- One rounding per customer and currency: what has a rate of its own, plus the rest at the month's rate, to the cent. -#}
{%- macro mrr_in_base(at_own_rate, at_monthly_rate, rate) -%}
cast(round(
    {{ at_own_rate }} + case when {{ at_monthly_rate }} = 0 then 0 else {{ at_monthly_rate }} * {{ rate }} end, 2
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

{#- Σ a·b of two amounts, exact: cents times cents have four decimals; 0 where there is nothing. For the interval of a ratio of amounts. -#}
{%- macro product_sum(a, b) -%}
cast(coalesce(sum(cast({{ a }} * {{ b }} as decimal(38, 4))), 0) as decimal(38, 4))
{%- endmacro -%}

{#- A sum of amounts; 0 where there is nothing to add. -#}
{%- macro amount_sum(amount) -%}
cast(coalesce(sum({{ amount }}), 0) as decimal(18, 2))
{%- endmacro -%}
