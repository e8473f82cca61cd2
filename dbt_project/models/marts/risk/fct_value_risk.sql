{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set figures = ['customers', 'value_at_stake', 'offers', 'accepted_offers'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set grouped_by = scope + ['all_customers', 'value_step', 'signal_count', 'offers', 'accepted_offers'] -%}
{#- The thirds by where they end: at how many thirds of all customers, counted from the most valuable one. -#}
{%- set thirds = ['top', 'middle', 'rest'] -%}
-- Value in thirds of the customers against the number of signals, and how many offers were accepted in each cell.
with offers as (
    select
        customers.customer_number,
        customers.period_end,
        count(*) as offers,
        {{ count_if('offers.accepted_on <= customers.period_end') }} as accepted_offers
    from {{ ref('int_retention_offers_admitted') }} as offers
    inner join {{ ref('int_customers_identified') }} as identified on offers.customer_id = identified.customer_id
    inner join {{ ref('int_risk_customers') }} as customers
        on
            identified.customer_number = customers.customer_number
            and offers.offered_on <= customers.period_end
            and offers.offered_on >= {{ add_months('customers.period_start', -11) }}
    where not offers.is_holdout
    group by customers.customer_number, customers.period_end
),

offered as (
    select
        {%- for column in keys + audience_attributes() %}
        customers.{{ column }},
        {%- endfor %}
        customers.value_at_stake,
        customers.signal_count,
        coalesce(offers.offers, 0) as offers,
        coalesce(offers.accepted_offers, 0) as accepted_offers
    from {{ ref('int_customers_at_risk') }} as customers
    left join offers
        on customers.customer_number = offers.customer_number and customers.period_end = offers.period_end
),

audience_customers as (
    {{ filtered_audience_rows('offered') }}
),

-- The values of the last customer of the top third and of the last of the middle one, each third rounded up.
bounds as (
    select
        audience,
        period_end,
        count(*) as all_customers,
        percentile_disc(cast(1 as double) / 3) within group (order by value_at_stake desc) as top_value,
        percentile_disc(cast(2 as double) / 3) within group (order by value_at_stake desc) as middle_value
    from audience_customers
    group by audience, period_end
),

stepped as (
    select
        customers.*,
        bounds.all_customers,
        case
            when customers.value_at_stake > bounds.top_value then 4
            when customers.value_at_stake = bounds.top_value then 3
            when customers.value_at_stake > bounds.middle_value then 2
            when customers.value_at_stake = bounds.middle_value then 1
            else 0
        end as value_step
    from audience_customers as customers
    inner join bounds on customers.audience = bounds.audience and customers.period_end = bounds.period_end
),

-- Few groups: of customers who lie wholly in one third, or who are worth the same and differ in nothing that decides.
grouped as (
    select
        {{ grouped_by | join(', ') }},
        count(*) as customers,
        sum(value_at_stake) as value_at_stake,
        min(value_at_stake) as least_value
    from stepped
    group by {{ grouped_by | join(', ') }}
),

-- Of equal value whoever shows or was offered more comes first; where that is equal, too, no order changes a cell.
ranked as (
    select
        *,
        sum(customers) over (
            partition by audience, period_end
            order by value_step desc, signal_count desc, offers desc, accepted_offers desc
            rows between unbounded preceding and current row
        ) as last_rank
    from grouped
),

-- A group that a third ends in is parted: its customers are worth the same.
placed_in_thirds as (
    {%- for third in thirds %}
    select
        *,
        '{{ third }}' as value_third,
        cast(
            least(last_rank, ceil({{ loop.index }} * all_customers / 3.0))
            - greatest(last_rank - customers, ceil({{ loop.index0 }} * all_customers / 3.0)) as bigint
        ) as customers_in
    from ranked
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

placed_in_cells as (
    select
        *,
        case when signal_count >= 3 then '3+' else cast(signal_count as varchar) end as risk_band,
        case when customers_in = customers then value_at_stake else customers_in * least_value end as value_in
    from placed_in_thirds
    where customers_in > 0
),

cells as (
    select
        {{ scope | join(', ') }},
        value_third,
        risk_band,
        cast(sum(customers_in) as bigint) as customers,
        cast(sum(value_in) as decimal(18, 2)) as value_at_stake,
        {%- for figure in ['offers', 'accepted_offers'] %}
        case
            when {{ is_delivered('retention_offers') }} then cast(sum(customers_in * {{ figure }}) as bigint)
        end as {{ figure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed_in_cells
    group by {{ scope | join(', ') }}, value_third, risk_band
),

final as (
    {{ with_unfiltered_audiences('cells', keys + ['value_third', 'risk_band'] + figures) }}
)

select * from final
