{%- set keys = ['period_type', 'period_start', 'period_end', 'value_third', 'risk_band'] -%}
{%- set figures = ['customers', 'value_at_stake', 'offers', 'accepted_offers'] -%}
-- Value in thirds of the customers against the number of signals, and how many offers were accepted in each cell.
with audience_customers as (
    {{ filtered_audience_rows(ref('int_customers_at_risk')) }}
),

offers as (
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
        audience_customers.*,
        offers.offers,
        offers.accepted_offers
    from audience_customers
    left join offers
        on
            audience_customers.customer_number = offers.customer_number
            and audience_customers.period_end = offers.period_end
),

sizes as (
    select
        audience,
        period_end,
        count(*) as all_customers
    from audience_customers
    group by audience, period_end
),

-- Of equal value whoever shows or was offered more comes first; where that is equal, too, no order changes a cell.
ordered as (
    select
        *,
        row_number() over (
            partition by audience, period_end
            order by
                value_at_stake desc,
                signal_count desc,
                coalesce(offers, 0) desc,
                coalesce(accepted_offers, 0) desc
        ) as value_rank
    from offered
),

ranked as (
    select
        ordered.*,
        sizes.all_customers
    from ordered
    inner join sizes on ordered.audience = sizes.audience and ordered.period_end = sizes.period_end
),

placed_in_cells as (
    select
        ranked.audience,
        ranked.scope_type,
        ranked.scope_value,
        ranked.period_type,
        ranked.period_start,
        ranked.period_end,
        case
            when ranked.value_rank <= ceil(ranked.all_customers / 3.0) then 'top'
            when ranked.value_rank <= ceil(2 * ranked.all_customers / 3.0) then 'middle'
            else 'rest'
        end as value_third,
        case when ranked.signal_count >= 3 then '3+' else cast(ranked.signal_count as varchar) end as risk_band,
        ranked.value_at_stake,
        ranked.offers,
        ranked.accepted_offers
    from ranked
),

cells as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        cast(count(*) as bigint) as customers,
        {{ amount_sum('value_at_stake') }} as value_at_stake,
        {%- for figure in ['offers', 'accepted_offers'] %}
        case
            when {{ is_delivered('retention_offers') }} then cast(coalesce(sum({{ figure }}), 0) as bigint)
        end as {{ figure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed_in_cells
    group by audience, scope_type, scope_value, {{ keys | join(', ') }}
),

final as (
    {{ with_unfiltered_audiences('cells', keys + figures) }}
)

select * from final
