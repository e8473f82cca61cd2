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

{#- Attributes that are delivered on the customer (plan comes from the contracts). -#}
{%- macro customer_attribute_names() -%}
{{ return(['country', 'region', 'segment', 'account_owner']) }}
{%- endmacro -%}

{#- Every attribute a period row carries. -#}
{%- macro attribute_names() -%}
{{ return(customer_attribute_names() + ['plan']) }}
{%- endmacro -%}

{#- Every row of `relation` (which has customer_id) with the attributes its customer has on the day in the column
    `attributes_on` and the plan they have on the day in `plan_on`. What is missing is '(none)'. -#}
{%- macro with_attributes(relation, attributes_on, plan_on) -%}
select
    days.*,
    {%- for attribute in customer_attribute_names() %}
    coalesce(attributes.{{ attribute }}, '(none)') as {{ attribute }},
    {%- endfor %}
    coalesce(plans.plan, '(none)') as plan
from {{ relation }} as days
left join {{ ref('int_customer_attributes') }} as attributes
    on
        days.customer_id = attributes.customer_id
        and {{ is_within('days.' ~ attributes_on, 'attributes.valid_from', 'attributes.valid_until') }}
left join {{ ref('int_customer_plans') }} as plans
    on
        days.customer_id = plans.customer_id
        and {{ is_within('days.' ~ plan_on, 'plans.valid_from', 'plans.valid_until') }}
{%- endmacro -%}

{#- How many rows meet a condition; a whole number, 0 for none. -#}
{%- macro count_if(condition) -%} sum(case when {{ condition }} then 1 else 0 end) {%- endmacro -%}
