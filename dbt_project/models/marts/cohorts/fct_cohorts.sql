{%- set scopes = ['audience', 'scope_type', 'scope_value'] -%}
-- Members carry the attributes of their cohort month all their life, so that a cohort's size never changes.
with members as (
    select
        periods.customer_id,
        lifetimes.cohort_month,
        {%- for attribute in scope_attributes() %}
        periods.{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_lifetimes') }} as lifetimes
    inner join {{ ref('int_customer_periods') }} as periods
        on
            lifetimes.customer_id = periods.customer_id
            and lifetimes.cohort_month = periods.period_start
            and periods.period_type = 'month'
),

sightings as (
    select
        members.*,
        periods.period_start,
        'active' as cohort_basis
    from {{ ref('int_customer_periods') }} as periods
    inner join members on periods.customer_id = members.customer_id
    where periods.period_type = 'month' and periods.is_end

    union all

    select
        members.*,
        orders.order_month as period_start,
        'ordered' as cohort_basis
    from (
        select distinct
            customer_id,
            order_month
        from {{ ref('int_orders_counted') }}
        where is_counted
    ) as orders
    inner join members on orders.customer_id = members.customer_id
),

grouped_sizes as (
    select
        cohort_month,
        {{ scope_attributes() | join(', ') }},
        count(*) as customers
    from members
    group by cohort_month, {{ scope_attributes() | join(', ') }}
),

audience_sizes as ({{ audience_rows('grouped_sizes') }}),

sizes as (
    select
        {{ scope_columns() }},
        cohort_month,
        sum(customers) as cohort_size
    from audience_sizes
    group by {{ scope_sets(['cohort_month']) }}
),

grouped_sightings as (
    select
        cohort_month,
        period_start,
        cohort_basis,
        {{ scope_attributes() | join(', ') }},
        count(*) as customers
    from sightings
    group by cohort_month, period_start, cohort_basis, {{ scope_attributes() | join(', ') }}
),

audience_sightings as ({{ audience_rows('grouped_sightings') }}),

seen as (
    select
        {{ scope_columns() }},
        cohort_month,
        period_start,
        cohort_basis,
        sum(customers) as active_customers
    from audience_sightings
    group by {{ scope_sets(['cohort_month', 'period_start', 'cohort_basis']) }}
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
        cast(sizes.cohort_size as bigint) as cohort_size,
        case when not months.is_open then cast(coalesce(seen.active_customers, 0) as bigint) end as active_customers,
        months.is_open
    from sizes
    inner join {{ ref('int_cohort_months') }} as months on sizes.cohort_month <= months.period_start
    cross join bases
    left join seen
        on
            {%- for scope in scopes %}
            sizes.{{ scope }} = seen.{{ scope }} and
            {%- endfor %}
            sizes.cohort_month = seen.cohort_month
            and months.period_start = seen.period_start
            and bases.cohort_basis = seen.cohort_basis
)

select * from final
