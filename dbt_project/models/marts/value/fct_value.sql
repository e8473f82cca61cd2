{%- set scope = ['audience', 'scope_type', 'scope_value'] -%}
{%- set keys = scope + ['period_type', 'period_start', 'period_end'] -%}

-- What the figures of a customer's value are made of, for every scope that had customers.
with delivered as (
    select
        max(case when entity = 'orders' and landed > 0 then 1 else 0 end) = 1 as has_orders,
        max(case when entity = 'contracts' and landed > 0 then 1 else 0 end) = 1 as has_contracts,
        max(case when entity = 'retention_offers' and landed > 0 then 1 else 0 end) = 1 as has_offers
    from {{ ref('int_entity_clearing') }}
),

first_months as (
    select min(period_start) as first_month
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

ledger as (
    select
        *,
        {{ add_months(month_of('period_end'), -5) }} as trailing_start
    from {{ ref('fct_retention') }}
    -- A scope that customers only moved out of or into has nobody to tell of.
    where customers_start > 0 or customers_end > 0 or in_period_joiners_lost > 0
),

-- A scope may have orders or refunds in a month in which it had no customers, and customers without orders.
months as (
    select
        {{ scope | join(', ') }}, period_start,
        lost_customers, customers_start,
        0 as orders, cast(0 as decimal(18, 2)) as revenue, cast(0 as decimal(18, 2)) as margin, 0 as unknown_margins
    from {{ ref('fct_retention') }}
    where period_type = 'month'
    union all
    select
        {{ scope | join(', ') }}, period_start,
        0 as lost_customers, 0 as customers_start,
        orders, revenue, margin, unknown_margins
    from {{ ref('fct_orders') }}
    where period_type = 'month'
),

-- The six months that end with a period; a scope that had nothing in them has 0.
six_months as (
    select
        {% for key in scope %}ledger.{{ key }}, {% endfor %}
        ledger.period_type,
        ledger.period_end,
        coalesce(sum(months.lost_customers), 0) as churn_6m_numerator,
        coalesce(sum(months.customers_start), 0) as churn_6m_denominator,
        coalesce(sum(months.orders), 0) as orders_6m,
        {{ amount_sum('months.revenue') }} as revenue_6m,
        {{ amount_sum('months.margin') }} as order_margin_6m,
        coalesce(sum(months.unknown_margins), 0) as unknown_margins_6m
    from ledger
    inner join first_months on ledger.trailing_start >= first_months.first_month
    left join months
        on
            {% for key in scope %}ledger.{{ key }} = months.{{ key }} and {% endfor %}
            months.period_start between ledger.trailing_start and ledger.period_end
    group by {% for key in scope %}ledger.{{ key }}, {% endfor %} ledger.period_type, ledger.period_end
),

programmes as (
    select
        *,
        channel_or_programme in (
            {%- for programme in var('incentive_programmes') %}{{ sql_text(programme) }}, {% endfor %}'') as is_incentive
    from {{ ref('fct_costs') }}
),

costs as (
    select
        audience,
        period_type,
        period_end,
        {{ amount_sum("case when kind = 'acquisition' then amount end") }} as acquisition_cost,
        {{ amount_sum("case when kind = 'retention' then amount end") }} as retention_cost,
        {%- if var('incentive_programmes') %}
        {{ amount_sum("case when kind = 'acquisition' and is_incentive then amount end") }} as new_incentive_cost
        {%- else %}
        cast(null as decimal(18, 2)) as new_incentive_cost
        {%- endif %}
    from programmes
    group by audience, period_type, period_end
),

-- A channel of the costs that is a channel customers came by divides the acquisition cost.
channels as (
    select distinct
        audience,
        channel_or_programme
    from {{ ref('fct_costs') }}
    where kind = 'acquisition'
),

channel_costs as (
    select
        costs.audience,
        costs.period_type,
        costs.period_end,
        channels.channel_or_programme,
        {{ amount_sum('channel_rows.amount') }} as acquisition_cost
    from costs
    inner join channels on costs.audience = channels.audience
    left join {{ ref('fct_costs') }} as channel_rows
        on
            costs.audience = channel_rows.audience
            and costs.period_type = channel_rows.period_type
            and costs.period_end = channel_rows.period_end
            and channels.channel_or_programme = channel_rows.channel_or_programme
            and channel_rows.kind = 'acquisition'
    group by costs.audience, costs.period_type, costs.period_end, channels.channel_or_programme
),

offers as (
    select
        {{ keys | join(', ') }},
        {{ amount_sum('spent_cost') }} as spent_cost
    from {{ ref('fct_offers') }}
    group by {{ keys | join(', ') }}
),

final as (
    select
        {% for key in keys %}ledger.{{ key }}, {% endfor %}
        ledger.customers_start,
        ledger.customers_end,
        ledger.retained_customers,
        cast(ledger.new_customers + ledger.in_period_first_timers_lost as bigint) as joined_customers,
        cast(six_months.churn_6m_numerator as bigint) as churn_6m_numerator,
        cast(six_months.churn_6m_denominator as bigint) as churn_6m_denominator,
        cast(case when delivered.has_orders then six_months.orders_6m end as bigint) as orders_6m,
        case when delivered.has_orders then six_months.revenue_6m end as revenue_6m,
        case
            when delivered.has_orders and six_months.unknown_margins_6m = 0 then six_months.order_margin_6m
        end as order_margin_6m,
        cast(case when delivered.has_orders then six_months.unknown_margins_6m end as bigint) as unknown_margin_orders_6m,
        cast(case when delivered.has_contracts then coalesce(revenue.paying_customers_start, 0) end as bigint)
            as paying_customers_start,
        cast(case when delivered.has_contracts then coalesce(revenue.paying_customers_end, 0) end as bigint)
            as paying_customers_end,
        case when delivered.has_contracts then cast(coalesce(revenue.mrr_end, 0) as decimal(18, 2)) end as mrr_end,
        case
            when delivered.has_contracts and coalesce(revenue.unknown_margin_customers_end, 0) = 0
                then cast(coalesce(revenue.margin_mrr_end, 0) as decimal(18, 2))
        end as margin_mrr_end,
        cast(case when delivered.has_contracts then coalesce(revenue.unknown_margin_customers_end, 0) end as bigint)
            as unknown_margin_customers_end,
        case
            when ledger.scope_type in ('company', 'audience') then costs.acquisition_cost
            when ledger.scope_type = 'acquisition_channel' then channel_costs.acquisition_cost
        end as acquisition_cost,
        case when ledger.scope_type in ('company', 'audience') then costs.retention_cost end as retention_cost,
        case when ledger.scope_type in ('company', 'audience') then costs.new_incentive_cost end as new_incentive_cost,
        case
            when delivered.has_offers then cast(coalesce(offers.spent_cost, 0) as decimal(18, 2))
        end as existing_incentive_cost
    from ledger
    cross join delivered
    left join six_months
        on
            {% for key in scope %}ledger.{{ key }} = six_months.{{ key }} and {% endfor %}
            ledger.period_type = six_months.period_type
            and ledger.period_end = six_months.period_end
    left join {{ ref('fct_revenue') }} as revenue
        on {% for key in keys %}{{ 'and ' if not loop.first }}ledger.{{ key }} = revenue.{{ key }} {% endfor %}
    left join costs
        on
            ledger.audience = costs.audience
            and ledger.period_type = costs.period_type
            and ledger.period_end = costs.period_end
    left join channel_costs
        on
            ledger.audience = channel_costs.audience
            and ledger.period_type = channel_costs.period_type
            and ledger.period_end = channel_costs.period_end
            and ledger.scope_type = 'acquisition_channel'
            and ledger.scope_value = channel_costs.channel_or_programme
    left join offers
        on {% for key in keys %}{{ 'and ' if not loop.first }}ledger.{{ key }} = offers.{{ key }} {% endfor %}
)

select * from final
