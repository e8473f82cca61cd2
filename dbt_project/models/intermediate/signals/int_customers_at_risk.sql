{#- What a list shows and audiences filter by; a breakdown of risk would need the others. -#}
{%- set attributes = ['segment', 'account_owner'] -%}
{%- for attribute in audience_attributes() if attribute not in attributes -%}
{%- do attributes.append(attribute) -%}
{%- endfor -%}
-- Every customer at a month's end with its value, its signals and where it is counted; without a signal as well.
with shown as (
    select
        customer_number,
        period_end,
        count(*) as signal_count,
        min(since_on) as since_on,
        -- Each signal has a bit of its own: one number instead of eight.
        bit_or(case signal
            {%- for signal in risk_signals() %}
            when '{{ signal.name }}' then {{ 2 ** loop.index0 }}
            {%- endfor %}
        end) as signal_bits
    from {{ ref('int_risk_signals') }}
    group by customer_number, period_end
),

-- Lists and filters read delivered attributes alone: those of the day before the month, as everywhere (placement.sql).
placed as (
    select
        customers.*,
        {%- for attribute in attributes %}
        coalesce(of_day.{{ attribute }}, '(none)') as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_risk_customers') }} as customers
    left join {{ ref('int_customer_profiles') }} as of_day
        on
            customers.customer_number = of_day.customer_number
            and {{ was_within('customers.period_start', 'of_day.valid_from', 'of_day.valid_until') }}
),

unlisted as (
    select identified.customer_number
    from {{ ref('int_customers_admitted') }} as customers
    inner join {{ ref('int_customers_identified') }} as identified on customers.customer_id = identified.survivor_id
    where customers.do_not_contact and identified.customer_id = identified.survivor_id
),

final as (
    select
        placed.period_type,
        placed.period_start,
        placed.period_end,
        placed.customer_number,
        {%- for attribute in attributes %}
        placed.{{ attribute }},
        {%- endfor %}
        placed.mrr,
        placed.revenue_12m,
        placed.value_at_stake,
        cast(coalesce(shown.signal_count, 0) as integer) as signal_count,
        shown.since_on,
        {%- for signal in risk_signals() %}
        mod({{ whole_quotient('coalesce(shown.signal_bits, 0)', 2 ** loop.index0) }}, 2) = 1 as has_{{ signal.name }},
        {%- endfor %}
        unlisted.customer_number is not null as do_not_contact
    from placed
    left join shown on placed.customer_number = shown.customer_number and placed.period_end = shown.period_end
    left join unlisted on placed.customer_number = unlisted.customer_number
)

select * from final
