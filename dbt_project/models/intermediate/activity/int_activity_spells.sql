-- Half-open spans of days in which a customer is active, by the company's rule; overlapping and adjacent ones are one.
with contract_spans as (
    select
        customer_id,
        starts_on as started_on,
        coalesce(ends_on, {{ far_future() }}) as ended_on
    from {{ ref('int_contract_price_periods') }}
    where {{ gives_activity('mrr') }}
),

order_spans as (
    select
        customer_id,
        ordered_on as started_on,
        max(active_until) as ended_on
    from {{ ref('int_orders_counted') }}
    where active_until > ordered_on
    group by customer_id, ordered_on
),

spans as (
    {% if var('activity_rule') in ('contract', 'either') -%}
    select * from contract_spans
    {% endif -%}
    {% if var('activity_rule') == 'either' -%}
    union all
    {% endif -%}
    {% if var('activity_rule') in ('orders', 'either') -%}
    select * from order_spans
    {% endif -%}
),

reached as (
    select
        *,
        max(ended_on) over (
            partition by customer_id
            order by started_on, ended_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from spans
),

numbered as (
    select
        *,
        sum(case when reached_on >= started_on then 0 else 1 end) over (
            partition by customer_id
            order by started_on, ended_on
            rows between unbounded preceding and current row
        ) as spell_number
    from reached
),

merged as (
    select
        customer_id,
        spell_number,
        min(started_on) as started_on,
        max(ended_on) as ended_on
    from numbered
    group by customer_id, spell_number
),

final as (
    select
        customer_id,
        started_on,
        nullif(ended_on, {{ far_future() }}) as ended_on
    from merged
)

select * from final
