{{ config(meta={'dagster': {'ref': {'name': 'rpt_retention'}}}) }}
-- The textbook form, (end − joined) / start, is the retention rate if everyone who joined and is still there counts as
-- joined, reactivated customers too; churn is what is left of it.
select *
from {{ ref('rpt_retention') }}
where
    customers_start > 0
    and (
        abs(
            retention_rate
            - cast(customers_end - new_customers - reactivated_customers as double) / cast(customers_start as double)
        ) > 1e-9
        or abs(retention_rate + churn_rate - 1) > 2e-9
    )
