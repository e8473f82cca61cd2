{#- What a list shows and audiences filter by; a breakdown of risk would need the others. -#}
{%- set attributes = ['segment', 'account_owner'] -%}
{%- for attribute in filter_attributes() if attribute not in attributes -%}
{%- do attributes.append(attribute) -%}
{%- endfor -%}
-- Every customer at a month's end with its value, its signals and where it is counted; without a signal as well.
with shown as (
    select
        customer_id,
        period_end,
        count(*) as signal_count,
        min(since_on) as since_on
        {%- for signal in risk_signals() %},
        {{ count_if("signal = '" ~ signal.name ~ "'") }} = 1 as has_{{ signal.name }}
        {%- endfor %}
    from {{ ref('int_risk_signals') }}
    group by customer_id, period_end
),

-- Lists and filters read delivered attributes alone: those of the day before the month, as everywhere (placement.sql).
placed as (
    select
        customers.*,
        {%- for attribute in attributes %}
        coalesce(of_day.{{ attribute }}, '(none)') as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_risk_customers') }} as customers
    left join {{ ref('int_customer_attributes') }} as of_day
        on
            customers.customer_id = of_day.customer_id
            and of_day.valid_from < customers.period_start
            and (of_day.valid_until is null or of_day.valid_until >= customers.period_start)
),

final as (
    select
        placed.period_type,
        placed.period_start,
        placed.period_end,
        placed.customer_id,
        {%- for attribute in attributes %}
        placed.{{ attribute }},
        {%- endfor %}
        placed.mrr,
        placed.revenue_12m,
        placed.value_at_stake,
        cast(coalesce(shown.signal_count, 0) as integer) as signal_count,
        shown.since_on,
        {%- for signal in risk_signals() %}
        coalesce(shown.has_{{ signal.name }}, false) as has_{{ signal.name }},
        {%- endfor %}
        coalesce(customers.do_not_contact, false) as do_not_contact
    from placed
    left join shown on placed.customer_id = shown.customer_id and placed.period_end = shown.period_end
    inner join {{ ref('int_customers_admitted') }} as customers on placed.customer_id = customers.customer_id
)

select * from final
