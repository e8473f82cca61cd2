-- Customers active across a period's first midnight whose attributes differ from those they had in the period before:
-- once with what they had (-1), once with what they have (1). They are what moved_in and moved_out count.
with changed as (
    select
        customer_periods.*,
        periods.day_before
    from {{ ref('int_customer_periods') }} as customer_periods
    inner join {{ ref('int_periods') }} as periods
        on
            customer_periods.period_type = periods.period_type
            and customer_periods.period_end = periods.period_end
    inner join {{ ref('int_periods') }} as earlier
        on periods.period_type = earlier.period_type and periods.day_before = earlier.period_end
    where
        customer_periods.is_start
        -- What has held since before the period that ended the day before was that period's value too.
        and (
            customer_periods.unchanged_since is null
            or customer_periods.unchanged_since >= earlier.period_start
        )
),

pairs as (
    select
        changed.period_type,
        changed.period_start,
        changed.period_end,
        changed.customer_id,
        {%- for attribute in attribute_names() %}
        changed.{{ attribute }},
        before.{{ attribute }} as previous_{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from changed
    inner join {{ ref('int_customer_periods') }} as before
        on
            changed.customer_id = before.customer_id
            and changed.period_type = before.period_type
            and changed.day_before = before.period_end
    where
        before.is_end
        and (
            {%- for attribute in attribute_names() %}
            {{ 'or ' if not loop.first }}changed.{{ attribute }} <> before.{{ attribute }}
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
