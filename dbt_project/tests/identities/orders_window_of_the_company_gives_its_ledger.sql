{{ config(meta={'dagster': {'ref': {'name': 'fct_window_sensitivity'}}}) }}
-- Where customers are counted by orders alone and for one of the three windows, that window's churn is the company's.
select
    windows.audience,
    windows.period_end,
    windows.customers_start,
    ledger.customers_start as customers_start_of_ledger,
    windows.lost_customers,
    ledger.lost_customers as lost_customers_of_ledger
from {{ ref('fct_window_sensitivity') }} as windows
left join {{ ref('fct_retention') }} as ledger
    on
        windows.audience = ledger.audience
        and windows.scope_type = ledger.scope_type
        and windows.period_type = ledger.period_type
        and windows.period_end = ledger.period_end
where
    windows.window_days = {{ var('order_window_days') }}
    and {{ 'true' if var('activity_rule') == 'orders' and not var('activity_rule_by_segment')
        and not var('allowed_gap_days') and not var('history_starts_on') else 'false' }}
    and (
        windows.customers_start <> coalesce(ledger.customers_start, 0)
        or windows.lost_customers <> coalesce(ledger.lost_customers, 0)
    )
