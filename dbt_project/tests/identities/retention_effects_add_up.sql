{{ config(meta={'dagster': {'ref': {'name': 'rpt_rate_mix'}}}) }}
-- Rate and mix effects of all segments of a breakdown, the pooled ones included, are the move of the whole rate. Effects
-- are rounded at the ninth place: a breakdown may miss by half of it per effect.
select
    audience,
    scope_type,
    period_type,
    period_end,
    compared_with,
    sum(rate_effect + mix_effect) as effects,
    max(whole_change) as whole_change
from {{ ref('rpt_rate_mix') }}
group by audience, scope_type, period_type, period_end, compared_with
having
    count(case when is_suppressed then 1 end) = 0
    and abs(sum(rate_effect + mix_effect) - max(whole_change)) > 1e-9 * (count(*) + 1)
