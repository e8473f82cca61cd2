-- The end of service belongs to the contract and may be delivered on any of its rows; a price ends where service ends
-- or where the contract's next price starts, whichever is first. A price that never came into force makes no row.
with contracts as (
    select
        contracts.*,
        identified.survivor_id
    from {{ ref('int_contracts_admitted') }} as contracts
    inner join {{ ref('int_customers_identified') }} as identified
        on contracts.customer_id = identified.customer_id
),

spanned as (
    select
        *,
        min(starts_on) over (partition by contract_id) as contract_starts_on,
        min(ends_on) over (partition by contract_id) as service_ends_on,
        lead(starts_on) over (partition by contract_id order by starts_on) as next_starts_on,
        first_value(end_reason) over (
            partition by contract_id
            order by case when end_reason is null then 1 else 0 end, starts_on desc
        ) as contract_end_reason,
        max(case when involuntary then 1 when not involuntary then 0 end) over (
            partition by contract_id
        ) as contract_involuntary
    from contracts
),

priced as (
    select
        *,
        case
            when service_ends_on is null then next_starts_on
            when next_starts_on is null then service_ends_on
            else least(service_ends_on, next_starts_on)
        end as price_ends_on
    from spanned
),

final as (
    select
        contract_id,
        survivor_id as customer_id,
        plan,
        term_months,
        currency as currency_code,
        mrr,
        rate_to_base as row_rate_to_base,
        margin_rate,
        contract_starts_on,
        starts_on,
        price_ends_on as ends_on,
        coalesce(price_ends_on = service_ends_on, false) as is_service_end,
        case when price_ends_on = service_ends_on then contract_end_reason end as end_reason,
        case when price_ends_on = service_ends_on then contract_involuntary = 1 end as involuntary
    from priced
    where price_ends_on is null or starts_on < price_ends_on
)

select * from final
