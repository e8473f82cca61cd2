{{ config(meta={'dagster': {'ref': {'name': 'int_activity_spells'}}}) }}
-- Spells of a customer neither overlap nor touch, none is empty, and only the last may be without end.
with followed as (
    select
        *,
        lead(started_on) over (partition by customer_id order by started_on) as next_started_on
    from {{ ref('int_activity_spells') }}
)

select *
from followed
where
    ended_on <= started_on
    or (next_started_on is not null and (ended_on is null or ended_on >= next_started_on))
