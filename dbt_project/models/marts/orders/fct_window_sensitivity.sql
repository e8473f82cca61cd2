{%- set windows = [90, 180, 365] -%}
{%- set scopes = ['audience', 'scope_type', 'scope_value'] -%}
-- Is the window that makes an order customer active a good one? Churn by months at three windows, and the share of
-- orders after which another follows within them, whether or not the company counts its customers by orders.
with followed as (
    select
        customer_number,
        ordered_on as origin_on,
        ordered_on as entered_on,
        next_on as ended_on,
        true as is_event
    from {{ ref('int_order_days') }}
),

gaps as (
    {%- if audience_attributes() %}
    select
        followed.*,
        {%- for attribute in audience_attributes() %}
        profiles.{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from followed
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            followed.customer_number = profiles.customer_number
            and {{ is_within('followed.origin_on', 'profiles.valid_from', 'profiles.valid_until') }}
    {%- else %}
    select * from followed
    {%- endif %}
),

-- Longer gaps are all the same here: they are open at the longest window.
counts as (
    select * from ({{ duration_counts('gaps', [], windows | max + 1) }}) as counted
),

at_all_days as (
    select {{ scopes | join(', ') }}, period_end, days, exits, events, entries, 0 as is_on_grid
    from counts
    {%- for days in windows %}
    union all
    select distinct {{ scopes | join(', ') }}, period_end, {{ days }} as days, 0 as exits, 0 as events, 0 as entries, 1 as is_on_grid
    from counts
    {%- endfor %}
),

days_of_curves as (
    select
        {{ scopes | join(', ') }},
        period_end,
        days,
        sum(exits) as exits,
        -- A gap that is as long as it may be counted has not ended by then.
        sum(case when days <= {{ windows | max }} then events else 0 end) as events,
        sum(entries) as entries,
        max(is_on_grid) as is_on_grid
    from at_all_days
    group by {{ scopes | join(', ') }}, period_end, days
),

curve as (
    {{ survival_curve('days_of_curves', scopes + ['period_end']) }}
),

months as (
    select
        period_start,
        period_end,
        windows.window_days
    from {{ ref('int_periods') }}
    cross join (
        {%- for days in windows %}
        select {{ days }} as window_days
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as windows
    where period_type = 'month'
),

whole_scopes as ({{ whole_scopes() }}),

-- The last month up to the report's in which anything changed.
edges as (
    select
        *,
        lead(month_start) over (partition by audience, window_days order by month_start) as next_month_start
    from {{ ref('int_window_edges') }}
),

final as (
    select
        whole_scopes.audience,
        whole_scopes.scope_type,
        whole_scopes.scope_value,
        'month' as period_type,
        months.period_start,
        months.period_end,
        cast(months.window_days as bigint) as window_days,
        cast(coalesce(
            case when edges.month_start = months.period_start then edges.customers_start else edges.customers_end end, 0
        ) as bigint) as customers_start,
        cast(coalesce(
            case when edges.month_start = months.period_start then edges.lost_customers end, 0
        ) as bigint) as lost_customers,
        cast(coalesce(case when curve.smallest_risk >= 10 then curve.at_risk end, 0) as bigint) as gaps_at_risk,
        case when curve.smallest_risk >= 10 then {{ survival('curve.log_survival') }} end as survival,
        case when curve.smallest_risk >= 10 then cast(curve.greenwood as double) end as greenwood
    from whole_scopes
    cross join months
    left join edges
        on
            whole_scopes.audience = edges.audience
            and months.window_days = edges.window_days
            and {{ is_within('months.period_start', 'edges.month_start', 'edges.next_month_start') }}
    left join curve
        on
            whole_scopes.audience = curve.audience
            and months.period_end = curve.period_end
            and months.window_days = curve.days
)

select * from final
