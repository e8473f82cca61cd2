{%- set counts = ['customers_start', 'retained_customers'] -%}
-- The segments of a breakdown in two periods side by side, and the whole they are of: all that is needed to say how much
-- of a move of the retention rate is the segments' own rates, and how much their weights.
with compared_periods as (
    select
        period_type,
        period_start,
        period_end,
        'previous' as compared_with,
        previous_start as compared_start,
        previous_end as compared_end
    from {{ ref('int_periods') }}
    where previous_end is not null

    union all

    -- A year, and a year to date, are compared with those of the year before already.
    select
        now.period_type,
        now.period_start,
        now.period_end,
        'year_before' as compared_with,
        earlier.period_start as compared_start,
        earlier.period_end as compared_end
    from {{ ref('int_periods') }} as now
    inner join {{ ref('int_periods') }} as earlier
        on
            now.period_type = earlier.period_type
            and earlier.period_start = {{ add_months('now.period_start', -12) }}
    where now.period_type in ('month', 'quarter')
),

ledger as (
    select
        *,
        case when scope_type in ('company', 'audience') then 1 else 0 end as is_whole
    from {{ ref('fct_retention') }}
    where customers_start > 0
),

wholes as (
    select
        compared_periods.*,
        now.audience,
        {%- for count in counts %}
        now.{{ count }} as whole_{{ count }},
        earlier.{{ count }} as whole_{{ count }}_before{{ ',' if not loop.last }}
        {%- endfor %}
    from compared_periods
    inner join ledger as now
        on
            compared_periods.period_type = now.period_type
            and compared_periods.period_end = now.period_end
            and now.is_whole = 1
    inner join ledger as earlier
        on
            compared_periods.period_type = earlier.period_type
            and compared_periods.compared_end = earlier.period_end
            and now.audience = earlier.audience
            and earlier.is_whole = 1
),

-- A segment of either period has its row.
segments as (
    select
        wholes.*,
        ledger.scope_type,
        ledger.scope_value,
        {%- for count in counts %}
        ledger.{{ count }} as {{ count }},
        0 as {{ count }}_before{{ ',' if not loop.last }}
        {%- endfor %}
    from wholes
    inner join ledger
        on
            wholes.audience = ledger.audience
            and wholes.period_type = ledger.period_type
            and wholes.period_end = ledger.period_end
            and ledger.is_whole = 0

    union all

    select
        wholes.*,
        ledger.scope_type,
        ledger.scope_value,
        {%- for count in counts %}
        0 as {{ count }},
        ledger.{{ count }} as {{ count }}_before{{ ',' if not loop.last }}
        {%- endfor %}
    from wholes
    inner join ledger
        on
            wholes.audience = ledger.audience
            and wholes.period_type = ledger.period_type
            and wholes.compared_end = ledger.period_end
            and ledger.is_whole = 0
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        compared_with,
        compared_start,
        compared_end
        {%- for count in counts %},
        cast(sum({{ count }}) as bigint) as {{ count }},
        cast(sum({{ count }}_before) as bigint) as {{ count }}_before,
        cast(max(whole_{{ count }}) as bigint) as whole_{{ count }},
        cast(max(whole_{{ count }}_before) as bigint) as whole_{{ count }}_before
        {%- endfor %}
    from segments
    group by
        audience, scope_type, scope_value, period_type, period_start, period_end, compared_with, compared_start,
        compared_end
)

select * from final
