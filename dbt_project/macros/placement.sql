{#- Where a customer belongs in a period.

    Use on a relation (or CTE) with period_start, period_end and customer_id. Delivered attributes are those of the day
    before the period; plan and term those of the day before for who was a customer then, else of the first active day in
    the period, else of the day before. No customer (an anonymous answer) has `(none)` throughout.
    placed_customers() adds every attribute as text. For many rows take placed_keys(), which adds attributes_key and
    plan_key alone, group by them, and let described_keys() put the texts to the groups.
-#}
{%- macro placed_customers(relation) -%}
select
    placed_rows.*,
    {%- for attribute in customer_attribute_names() %}
    coalesce(of_day.{{ attribute }}, '(none)') as {{ attribute }},
    {%- endfor %}
    {%- for attribute in contract_attribute_names() %}
    coalesce(of_plan.{{ attribute }}, '(none)') as {{ attribute }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ placed_joins(relation, ref('int_customer_attributes'), ref('int_customer_plans')) }}
{%- endmacro -%}

{#- Rows (placed_rows) with what held on the day before their period (of_day) and on the day whose plan counts (of_plan),
    from any two relations with customer_id, valid_from and valid_until. -#}
{%- macro placed_joins(relation, attributes, plans) -%}
{%- set plan_day -%}
coalesce(joined.joined_on, {{ add_days('placed_rows.period_start', -1) }})
{%- endset -%}
{{ relation }} as placed_rows
left join {{ ref('int_customers_joined') }} as joined
    on
        placed_rows.customer_id = joined.customer_id
        and placed_rows.period_start = joined.period_start
        and placed_rows.period_end >= joined.joined_on
left join {{ attributes }} as of_day
    on
        placed_rows.customer_id = of_day.customer_id
        and {{ was_within('placed_rows.period_start', 'of_day.valid_from', 'of_day.valid_until') }}
left join {{ plans }} as of_plan
    on
        placed_rows.customer_id = of_plan.customer_id
        and {{ is_within(plan_day, 'of_plan.valid_from', 'of_plan.valid_until') }}
{%- endmacro -%}

{#- The same place as two numbers: attributes_key (int_attribute_sets) and plan_key (int_plan_sets). -#}
{%- macro placed_keys(relation) -%}
select
    placed_rows.*,
    of_day.attributes_key,
    coalesce(of_plan.plan_key, 0) as plan_key
from {{ placed_joins(relation, ref('int_customer_profiles'), ref('int_customer_profiles')) }}
        and of_plan.plan_key > 0
{%- endmacro -%}

{#- Rows with attributes_key and plan_key, and the attributes they stand for. -#}
{%- macro described_keys(relation) -%}
select
    keyed_rows.*,
    {%- for attribute in customer_attribute_names() %}
    coalesce(attribute_sets.{{ attribute }}, '(none)') as {{ attribute }},
    {%- endfor %}
    {%- for attribute in contract_attribute_names() %}
    coalesce(plan_sets.{{ attribute }}, '(none)') as {{ attribute }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ relation }} as keyed_rows
left join {{ ref('int_attribute_sets') }} as attribute_sets
    on keyed_rows.attributes_key = attribute_sets.attributes_key
left join {{ ref('int_plan_sets') }} as plan_sets on keyed_rows.plan_key = plan_sets.plan_key
{%- endmacro -%}
