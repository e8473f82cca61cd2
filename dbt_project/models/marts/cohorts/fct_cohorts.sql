{%- set scopes = ['audience', 'scope_type', 'scope_value'] -%}
{%- set cells = ['cohort_month', 'cohort_basis', 'seen_on'] -%}
-- Members carry the attributes of their cohort month all their life, so that a cohort's size never changes. Who is active
-- at a month's end is added up from the starts and ends of spells.
with cohort_rows as (
    select
        lifetimes.customer_id,
        lifetimes.cohort_month,
        periods.period_start,
        periods.period_end
    from {{ ref('int_customer_lifetimes') }} as lifetimes
    inner join {{ ref('int_periods') }} as periods
        on lifetimes.cohort_month = periods.period_start and periods.period_type = 'month'
),

members as (
    {{ placed_keys('cohort_rows') }}
),

bounds as (
    select max(period_end) as last_end
    from {{ ref('int_periods') }}
),

-- From the first month's end on at which the member is there, to the first at which it no longer is.
stays as (
    select
        members.cohort_month,
        members.attributes_key,
        members.plan_key,
        greatest({{ month_end('spells.started_on') }}, members.period_end) as seen_from,
        {{ month_end('least(coalesce(spells.ended_on, ' ~ far_future() ~ '), ' ~ add_days('bounds.last_end', 1) ~ ')') }}
            as seen_until
    from {{ ref('int_activity_spells') }} as spells
    inner join members on spells.customer_id = members.customer_id
    cross join bounds
    where spells.started_on <= bounds.last_end
),

measures as (
    {%- for sign, edge in [('', 'seen_from'), ('-', 'seen_until')] %}
    select
        cohort_month,
        'active' as cohort_basis,
        {{ edge }} as seen_on,
        attributes_key,
        plan_key,
        {{ sign }}count(*) as customers
    from stays
    where seen_from < seen_until
    group by cohort_month, {{ edge }}, attributes_key, plan_key
    union all
    {%- endfor %}
    select
        members.cohort_month,
        'ordered' as cohort_basis,
        {{ month_end('orders.order_month') }} as seen_on,
        members.attributes_key,
        members.plan_key,
        count(*) as customers
    from (
        select
            customer_id,
            order_month
        from {{ ref('int_orders_counted') }}
        where is_counted
        group by customer_id, order_month
    ) as orders
    inner join members on orders.customer_id = members.customer_id
    group by members.cohort_month, orders.order_month, members.attributes_key, members.plan_key
    union all
    select
        cohort_month,
        'size' as cohort_basis,
        cast(null as date) as seen_on,
        attributes_key,
        plan_key,
        count(*) as customers
    from members
    group by cohort_month, attributes_key, plan_key
),

described as ({{ described_keys('measures') }}),

scoped as ({{ scope_totals('described', cells, {'customers': 'sum(customers)'}) }}),

seen as (
    select
        {{ scopes | join(', ') }},
        {{ cells | join(', ') }},
        -- Until the next month in which somebody came or went.
        coalesce(lead(seen_on) over cohort_ends, {{ far_future() }}) as seen_until,
        sum(customers) over (cohort_ends rows between unbounded preceding and current row) as customers
    from scoped
    where cohort_basis = 'active'
    window cohort_ends as (partition by {{ scopes | join(', ') }}, cohort_month order by seen_on)

    union all

    select
        {{ scopes | join(', ') }},
        {{ cells | join(', ') }},
        {{ add_days('seen_on', 1) }} as seen_until,
        customers
    from scoped
    where cohort_basis = 'ordered'
),

bases as (
    select 'ordered' as cohort_basis
    union all
    select 'active' as cohort_basis
),

final as (
    select
        {%- for scope in scopes %}
        sizes.{{ scope }},
        {%- endfor %}
        'month' as period_type,
        months.period_start,
        months.period_end,
        sizes.cohort_month,
        cast({{ dbt.datediff('sizes.cohort_month', 'months.period_start', 'month') }} as bigint) as age_months,
        bases.cohort_basis,
        cast(sizes.customers as bigint) as cohort_size,
        case when not months.is_open then cast(coalesce(seen.customers, 0) as bigint) end as active_customers,
        months.is_open
    from scoped as sizes
    inner join {{ ref('int_cohort_months') }} as months on sizes.cohort_month <= months.period_start
    cross join bases
    left join seen
        on
            {%- for scope in scopes %}
            sizes.{{ scope }} = seen.{{ scope }} and
            {%- endfor %}
            sizes.cohort_month = seen.cohort_month
            and bases.cohort_basis = seen.cohort_basis
            and months.period_end >= seen.seen_on
            and months.period_end < seen.seen_until
    where sizes.cohort_basis = 'size'
)

select * from final
