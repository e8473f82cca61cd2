{{ config(meta={'dagster': {'ref': {'name': 'fct_losses'}}}) }}
-- Who left by choice and who did not are together the ledger's lost, and the silent are some of them.
select
    losses.audience,
    losses.scope_type,
    losses.scope_value,
    losses.period_type,
    losses.period_end
from {{ ref('fct_losses') }} as losses
full outer join {{ ref('fct_retention') }} as retention
    on
        losses.audience = retention.audience
        and losses.scope_type = retention.scope_type
        and losses.scope_value = retention.scope_value
        and losses.period_type = retention.period_type
        and losses.period_end = retention.period_end
where
    coalesce(losses.lost_customers, 0) <> coalesce(retention.lost_customers, 0)
    or losses.voluntary_customers + losses.involuntary_customers <> losses.lost_customers
    or losses.voluntary_mrr + losses.involuntary_mrr <> losses.lost_mrr
    or losses.silent_customers > losses.lost_customers
