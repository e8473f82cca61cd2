{{ config(meta={'dagster': {'ref': {'name': 'fct_retention'}}}) }}
-- The company's S and E counted again from the spells alone, past every join that comes after them.
with recounted as (
    select
        periods.period_type,
        periods.period_end,
        count(distinct case
            when {{ is_within('periods.day_before', 'spells.started_on', 'spells.ended_on') }} then spells.customer_id
        end) as customers_start,
        count(distinct case
            when {{ is_within('periods.period_end', 'spells.started_on', 'spells.ended_on') }} then spells.customer_id
        end) as customers_end
    from {{ ref('int_periods') }} as periods
    left join {{ ref('int_activity_spells') }} as spells
        on
            spells.started_on <= periods.period_end
            and (spells.ended_on is null or spells.ended_on > periods.day_before)
    group by periods.period_type, periods.period_end
)

select
    ledger.period_type,
    ledger.period_end,
    ledger.customers_start,
    ledger.customers_end,
    recounted.customers_start as recounted_start,
    recounted.customers_end as recounted_end
from {{ ref('fct_retention') }} as ledger
inner join recounted
    on ledger.period_type = recounted.period_type and ledger.period_end = recounted.period_end
where
    ledger.scope_type = 'company'
    and (
        ledger.customers_start <> recounted.customers_start
        or ledger.customers_end <> recounted.customers_end
    )
