-- Customers active across a period's first midnight whose attributes differ from those they had in the period before:
-- once with what they had (-1), once with what they have (1). They are what moved_in and moved_out count.
with customer_periods as (
    select * from {{ ref('int_customer_periods') }}
),

pairs as (
    select
        now.period_type,
        now.period_start,
        now.period_end,
        now.customer_id,
        {%- for attribute in attribute_names() %}
        now.{{ attribute }},
        before.{{ attribute }} as previous_{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from customer_periods as now
    inner join {{ ref('int_periods') }} as periods
        on now.period_type = periods.period_type and now.period_start = periods.period_start
    inner join customer_periods as before
        on
            now.customer_id = before.customer_id
            and now.period_type = before.period_type
            and periods.previous_start = before.period_start
    where
        now.is_start
        and before.is_end
        and (
            {%- for attribute in attribute_names() %}
            {{ 'or ' if not loop.first }}now.{{ attribute }} <> before.{{ attribute }}
            {%- endfor %}
        )
),

final as (
    select
        period_type,
        period_start,
        period_end,
        customer_id,
        1 as direction,
        {{ attribute_names() | join(', ') }}
    from pairs

    union all

    select
        period_type,
        period_start,
        period_end,
        customer_id,
        -1 as direction,
        {%- for attribute in attribute_names() %}
        previous_{{ attribute }} as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from pairs
)

select * from final
