{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set from_the_top -%}
over (
            partition by audience, scope_type, scope_value, {{ keys | join(', ') }}
            order by revenue_12m desc rows between unbounded preceding and current row
        )
{%- endset -%}
{%- set further = ['order_channel'] -%}
{%- set day_before = add_days('history_rows.period_start', -1) -%}
{%- set plan_on -%}
case
    when history_starts.was_active = 0 and history_starts.joined_on <= history_rows.period_end
        then history_starts.joined_on
    else {{ day_before }}
end
{%- endset -%}

with customer_rows as (
    select * from {{ ref('int_customer_order_periods') }}
    where period_type <> 'history'
),

history_rows as (
    select * from {{ ref('int_customer_order_periods') }}
    where period_type = 'history'
),

-- `history` is no period of the ledger: its customers are placed here, by the same rule. It always starts with the first
-- month: who was active before it is placed on that day, everyone else has the plan of their first active day in it.
history_starts as (
    select
        spells.customer_id,
        max(case when spells.started_on < starts.period_start then 1 else 0 end) as was_active,
        min(case when spells.started_on >= starts.period_start then spells.started_on end) as joined_on
    from {{ ref('int_activity_spells') }} as spells
    cross join (select min(period_start) as period_start from history_rows) as starts
    where spells.ended_on is null or spells.ended_on >= starts.period_start
    group by spells.customer_id
),

placed as (
    {{ placed_customers('customer_rows') }}

    union all

    select
        history_rows.*,
        {%- for attribute in customer_attribute_names() %}
        profiles.{{ attribute }},
        {%- endfor %}
        {%- for attribute in contract_attribute_names() %}
        plans.{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from history_rows
    left join history_starts on history_rows.customer_id = history_starts.customer_id
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            history_rows.customer_id = profiles.customer_id
            and {{ is_within(day_before, 'profiles.valid_from', 'profiles.valid_until') }}
    inner join {{ ref('int_customer_profiles') }} as plans
        on
            history_rows.customer_id = plans.customer_id
            and {{ is_within(plan_on, 'plans.valid_from', 'plans.valid_until') }}
),

audience_rows as (
    {{ audience_rows('placed') }}
),

totals as (
    select
        {{ scope_columns(further) }},
        {{ keys | join(', ') }},
        cast(sum(orders) as bigint) as orders,
        count(case when orders > 0 then 1 end) as buyers,
        count(case when returning_orders > 0 then 1 end) as returning_buyers,
        cast(sum(returning_orders) as bigint) as returning_orders,
        {{ amount_sum('revenue') }} as revenue,
        {{ amount_sum('returning_revenue') }} as returning_revenue,
        {{ amount_sum('margin') }} as margin,
        cast(sum(unknown_margins) as bigint) as unknown_margins,
        {{ product_sum('revenue', 'revenue') }} as revenue_squared,
        {{ product_sum('returning_revenue', 'returning_revenue') }} as returning_revenue_squared,
        {{ product_sum('returning_revenue', 'revenue') }} as returning_revenue_product,
        cast(sum(orders_12m) as bigint) as orders_12m,
        count(case when orders_12m > 0 then 1 end) as buyers_12m,
        {{ amount_sum('revenue_12m') }} as revenue_12m,
        count(case when orders_ever > 0 then 1 end) as buyers_ever,
        count(case when orders_ever > 1 then 1 end) as repeat_buyers
    from audience_rows
    group by {{ scope_sets(keys, further) }}
),

-- Who is among the top fifth depends on who else is in the scope: every scope ranks its own buyers. Buyers of equal
-- revenue are ranked together: which of them is the last in changes no sum.
revenues as (
    select
        {{ scope_columns(further) }},
        {{ keys | join(', ') }},
        revenue_12m,
        count(*) as buyers
    from audience_rows
    where orders_12m > 0
    group by {{ scope_sets(keys + ['revenue_12m'], further) }}
),

ranked as (
    select
        *,
        sum(buyers) {{ from_the_top }} - buyers as buyers_above,
        sum(buyers * revenue_12m) {{ from_the_top }} - buyers * revenue_12m as revenue_above,
        -- The ceiling of n / 5, in whole numbers.
        cast(floor((sum(buyers) over (
            partition by audience, scope_type, scope_value, {{ keys | join(', ') }}
        ) + 4) / 5) as bigint) as places
    from revenues
),

-- Down to which revenue the buyers together make four fifths of all: of equals, no more than are needed.
reached as (
    select
        ranked.*,
        totals.revenue_12m as revenue_of_all,
        4 * totals.revenue_12m - 5 * ranked.revenue_above as missing_fifths
    from ranked
    inner join totals
        on
            {%- for key in ['audience', 'scope_type', 'scope_value', 'period_type', 'period_end'] %}
            {{ 'and ' if not loop.first }}ranked.{{ key }} = totals.{{ key }}
            {%- endfor %}
),

tops as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        max(places) as top20_buyers,
        {{ amount_sum('case when buyers_above < places then revenue_12m * least(buyers, places - buyers_above) end') }}
            as top20_revenue,
        sum(case
            when revenue_of_all > 0 and missing_fifths > 0 and revenue_12m > 0
                -- In whole cents: quotients of integers that divide are exact.
                then least(buyers, cast(ceil(
                    cast(100 * missing_fifths as bigint) / cast(500 * revenue_12m as bigint)
                ) as bigint))
        end) as main_buyers
    from reached
    group by audience, scope_type, scope_value, {{ keys | join(', ') }}
),

final as (
    select
        totals.*,
        coalesce(tops.top20_buyers, 0) as top20_buyers,
        cast(coalesce(tops.top20_revenue, 0) as decimal(18, 2)) as top20_revenue,
        cast(coalesce(tops.main_buyers, 0) as bigint) as main_buyers
    from totals
    left join tops
        on
            totals.audience = tops.audience
            and totals.scope_type = tops.scope_type
            and totals.scope_value = tops.scope_value
            and totals.period_type = tops.period_type
            and totals.period_end = tops.period_end
)

select * from final
