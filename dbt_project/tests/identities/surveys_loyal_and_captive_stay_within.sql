{{ config(meta={'dagster': {'ref': {'name': 'fct_loyal_captive'}}}) }}
-- Bands hold everybody who answered; the retained are some of them; loyal and captive are different people of those.
select *
from {{ ref('fct_loyal_captive') }}
where
    advocates + satisfied_customers + at_risk_customers <> answering_customers
    or retained_customers > answering_customers
    or captive_customers + loyal_customers > retained_customers
    or captive_customers > at_risk_customers
    or loyal_customers > advocates
