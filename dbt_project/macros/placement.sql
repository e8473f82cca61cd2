{#- Where a customer belongs in a period.

    Use on a relation (or CTE) with period_type, period_start, period_end and customer_id: adds every attribute. A customer of the
    period has the one value int_customer_periods gives; one who only bought, was invited or paid at some other time
    has the value of the day before the period; no customer (an anonymous answer) has `(none)` throughout.
-#}
{%- macro placed_customers(relation) -%}
select
    placed_rows.*,
    {%- for attribute in customer_attribute_names() %}
    coalesce(of_period.{{ attribute }}, of_day.{{ attribute }}, '(none)') as {{ attribute }},
    {%- endfor %}
    {%- for attribute in contract_attribute_names() %}
    coalesce(of_period.{{ attribute }}, of_plan.{{ attribute }}, '(none)') as {{ attribute }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ relation }} as placed_rows
left join {{ ref('int_customer_periods') }} as of_period
    on
        placed_rows.customer_id = of_period.customer_id
        and placed_rows.period_type = of_period.period_type
        and placed_rows.period_end = of_period.period_end
left join {{ ref('int_customer_attributes') }} as of_day
    on
        placed_rows.customer_id = of_day.customer_id
        and of_period.customer_id is null
        and of_day.valid_from < placed_rows.period_start
        and (of_day.valid_until is null or of_day.valid_until >= placed_rows.period_start)
left join {{ ref('int_customer_plans') }} as of_plan
    on
        placed_rows.customer_id = of_plan.customer_id
        and of_period.customer_id is null
        and of_plan.valid_from < placed_rows.period_start
        and (of_plan.valid_until is null or of_plan.valid_until >= placed_rows.period_start)
{%- endmacro -%}
