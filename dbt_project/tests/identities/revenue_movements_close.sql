{{ config(meta={'dagster': {'ref': {'name': 'fct_revenue'}}}) }}
-- To the cent, in every row: start + new + reactivation + expansion − contraction − churned + fx = end; no movement is
-- negative; what is kept is at most what there was.
select *
from {{ ref('fct_revenue') }}
where
    mrr_start + new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr + fx_effect <> mrr_end
    or least(new_mrr, reactivation_mrr, expansion_mrr, contraction_mrr, churned_mrr) < 0
    or nrr_denominator <> mrr_start
    or nrr_numerator <> mrr_start + expansion_mrr - contraction_mrr - churned_mrr
    or grr_numerator <> mrr_start - contraction_mrr - churned_mrr
