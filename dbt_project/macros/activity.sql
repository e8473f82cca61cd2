{#- Days, months and the attributes of a customer on a day.

    Add here: what several activity, period or cohort models say about dates and validity.
    Keep out: figures (they are in the marts).
-#}

{#- A DATE `days` later (earlier if negative). -#}
{%- macro add_days(date, days) -%} cast({{ dbt.dateadd('day', days, date) }} as date) {%- endmacro -%}

{#- First day of a date's month. -#}
{%- macro month_of(date) -%} cast({{ dbt.date_trunc('month', date) }} as date) {%- endmacro -%}

{#- First day of the month `months` later. -#}
{%- macro add_months(date, months) -%} cast({{ dbt.dateadd('month', months, date) }} as date) {%- endmacro -%}

{#- Last day of a date's month. -#}
{%- macro month_end(date) -%} {{ add_days(add_months(month_of(date), 1), -1) }} {%- endmacro -%}

{#- The day that stands for "no end" where an open end must be compared. -#}
{%- macro far_future() -%} cast('9999-12-31' as date) {%- endmacro -%}

{#- Is `day` inside the half-open span [starts_on, ends_on), open end = NULL? -#}
{%- macro is_within(day, starts_on, ends_on) -%}
({{ starts_on }} <= {{ day }} and ({{ ends_on }} is null or {{ day }} < {{ ends_on }}))
{%- endmacro -%}

{#- Does a contract's price make its customer active? Trials and free plans only where the company counts them. -#}
{%- macro gives_activity(mrr) -%}
{%- if var('count_free') -%} {{ mrr }} >= 0 {%- else -%} {{ mrr }} > 0 {%- endif -%}
{%- endmacro -%}

{#- Base units per unit: the rate on the row, else 1 for the base currency, else the month's. NULL = a rate is missing. -#}
{%- macro rate_to_base(row_rate, currency, month_rate) -%}
coalesce({{ row_rate }}, case when {{ currency }} = {{ sql_text(var('base_currency')) }} then 1 end, {{ month_rate }})
{%- endmacro -%}

{#- Attributes that are delivered on the customer, each delivery dated. -#}
{%- macro customer_attribute_names() -%}
{{ return(['country', 'region', 'segment', 'account_owner', 'acquisition_channel', 'acquisition_offer']) }}
{%- endmacro -%}

{#- Attributes that come from the customer's foremost contract in force. -#}
{%- macro contract_attribute_names() -%}
{{ return(['plan', 'term']) }}
{%- endmacro -%}

{#- Every attribute a period row carries. -#}
{%- macro attribute_names() -%}
{{ return(customer_attribute_names() + contract_attribute_names()) }}
{%- endmacro -%}

{#- The day before all others, from which a customer's first values hold. -#}
{%- macro beginning_of_time() -%} cast('0001-01-01' as date) {%- endmacro -%}

{#- How many rows meet a condition; a whole number, 0 for none. -#}
{%- macro count_if(condition) -%} sum(case when {{ condition }} then 1 else 0 end) {%- endmacro -%}
