-- The end of service belongs to the contract and may be delivered on any of its rows; a price ends where service ends
-- or where the contract's next price starts, whichever is first. A price that never came into force makes no row.
with contracts as (
    select
        contracts.*,
        identified.survivor_id,
        identified.customer_number
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

{%- if var('allowed_gap_days') %}

-- A follow-up within the allowed gap makes the gap active: what ended as the gap began goes on until the follow-up.
gaps as (
    select
        survivor_id,
        reached_on as gap_from,
        min(starts_on) as gap_until
    from (
        select
            survivor_id,
            starts_on,
            max(coalesce(price_ends_on, {{ far_future() }})) over (
                partition by survivor_id
                order by starts_on, price_ends_on, contract_id
                rows between unbounded preceding and 1 preceding
            ) as reached_on
        from priced
        where {{ gives_activity('mrr') }} and (price_ends_on is null or starts_on < price_ends_on)
    ) as in_force
    where starts_on > reached_on and starts_on <= {{ add_days('reached_on', var('allowed_gap_days')) }}
    group by survivor_id, reached_on
),

bridged as (
    select
        priced.*,
        gaps.gap_until
    from priced
    left join gaps
        on
            priced.survivor_id = gaps.survivor_id
            and priced.price_ends_on = gaps.gap_from
            and {{ gives_activity('priced.mrr') }}
),
{%- else %}

bridged as (
    select
        *,
        cast(null as date) as gap_until
    from priced
),
{%- endif %}

final as (
    select
        contract_id,
        survivor_id as customer_id,
        customer_number,
        _source as source_name,
        plan,
        term_months,
        currency as currency_code,
        mrr,
        rate_to_base as row_rate_to_base,
        margin_rate,
        contract_starts_on,
        starts_on,
        coalesce(gap_until, price_ends_on) as ends_on,
        coalesce(price_ends_on = service_ends_on, false) and gap_until is null as is_service_end,
        case when price_ends_on = service_ends_on and gap_until is null then contract_end_reason end as end_reason,
        case when price_ends_on = service_ends_on and gap_until is null then contract_involuntary = 1 end as involuntary,
        gap_until is not null as is_gap_filled
    from bridged
    where price_ends_on is null or starts_on < price_ends_on
)

select * from final
