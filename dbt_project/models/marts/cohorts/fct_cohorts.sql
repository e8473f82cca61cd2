{%- set scopes = ['audience', 'scope_type', 'scope_value'] -%}
{%- set cells = ['cohort_month', 'basis', 'seen_on'] -%}
{#- Whole numbers: a basis is a key of millions of rows. -#}
{%- set basis = {'size': 0, 'active': 1, 'ordered': 2} -%}
-- Members carry the attributes of their cohort month all their life, so that a cohort's size never changes. Who is active
-- at a month's end is added up from the starts and ends of spells.
with cohort_rows as (
    select
        lifetimes.customer_number,
        lifetimes.cohort_month,
        periods.period_start,
        periods.period_end
    from {{ ref('int_customer_lifetimes') }} as lifetimes
    inner join {{ ref('int_periods') }} as periods
        on lifetimes.cohort_month = periods.period_start and periods.period_type = 'month'
),

members as (
    {{ placed_numbers('cohort_rows') }}
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
    inner join members on spells.customer_number = members.customer_number
    cross join bounds
    where spells.started_on <= bounds.last_end
),

-- One by one: customers of the same cohort, month and attributes are hardly ever two.
measures as (
    {%- for sign, edge in [('', 'seen_from'), ('-', 'seen_until')] %}
    select
        cohort_month,
        {{ basis.active }} as basis,
        {{ edge }} as seen_on,
        attributes_key,
        plan_key,
        {{ sign }}1 as customers
    from stays
    where seen_from < seen_until
    union all
    {%- endfor %}
    select
        members.cohort_month,
        {{ basis.ordered }} as basis,
        {{ month_end('orders.order_month') }} as seen_on,
        members.attributes_key,
        members.plan_key,
        1 as customers
    from (
        select
            customer_number,
            order_month
        from {{ ref('int_orders_counted') }}
        where is_counted
        group by customer_number, order_month
    ) as orders
    inner join members on orders.customer_number = members.customer_number
    union all
    select
        cohort_month,
        {{ basis.size }} as basis,
        cast(null as date) as seen_on,
        attributes_key,
        plan_key,
        1 as customers
    from members
),

differing as ({{ coded_totals('measures', cells, ['customers']) }}),

scoped as (
    select
        {{ copied_scope('differing', 'copies') }},
        differing.cohort_month,
        differing.basis,
        differing.seen_on,
        differing.customers
    from differing
    inner join ({{ audience_copies() }}) as copies on differing.audience = copies.rows_of
),

seen as (
    select
        {{ scopes | join(', ') }},
        {{ cells | join(', ') }},
        -- Until the next month in which somebody came or went.
        coalesce(lead(seen_on) over cohort_ends, {{ far_future() }}) as seen_until,
        sum(customers) over (cohort_ends rows between unbounded preceding and current row) as customers
    from scoped
    where basis = {{ basis.active }}
    window cohort_ends as (partition by {{ scopes | join(', ') }}, cohort_month order by seen_on)

    union all

    select
        {{ scopes | join(', ') }},
        {{ cells | join(', ') }},
        {{ add_days('seen_on', 1) }} as seen_until,
        customers
    from scoped
    where basis = {{ basis.ordered }}
),

bases as (
    select 'ordered' as cohort_basis, {{ basis.ordered }} as basis
    union all
    select 'active' as cohort_basis, {{ basis.active }} as basis
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
            and bases.basis = seen.basis
            and months.period_end >= seen.seen_on
            and months.period_end < seen.seen_until
    where sizes.basis = {{ basis.size }}
)

select * from final
