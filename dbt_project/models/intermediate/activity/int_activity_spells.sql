-- Half-open spans of days in which a customer is active, by the company's rule; overlapping and adjacent ones are one.
-- A spell starts where no earlier span reaches; it ends where the spans before the next start reach.
with spans as (
    {{ activity_spans() }}
),

reached as (
    select
        customer_number,
        started_on,
        max(ended_on) over (
            partition by customer_number order by started_on rows between unbounded preceding and 1 preceding
        ) as reached_on,
        max(ended_on) over (partition by customer_number) as last_ended_on
    from spans
),

spells as (
    select
        customer_number,
        started_on,
        coalesce(lead(reached_on) over (partition by customer_number order by started_on), last_ended_on) as ended_on
    from reached
    where reached_on is null or reached_on < started_on
),

final as (
    select
        survivors.customer_id,
        spells.customer_number,
        spells.started_on,
        nullif(spells.ended_on, {{ far_future() }}) as ended_on
    from spells
    inner join {{ ref('int_customers_identified') }} as survivors
        on spells.customer_number = survivors.customer_number and survivors.customer_id = survivors.survivor_id
)

select * from final
