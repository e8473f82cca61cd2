{#- What a released report is held to: the counts, numerators, denominators and amounts of its pages, never a rate.

    Add here: a model whose rows a page shows, with every integer and decimal column (a test compares the list with the
    models). Keep out: causes of a change (rpt_restatements).
-#}
{%- macro published_models() -%}
{{ return({
    'rpt_retention': {'detail': [], 'figures': [
        'customers_start', 'customers_end', 'retained_customers', 'lost_customers', 'new_customers',
        'reactivated_customers', 'moved_in', 'moved_out', 'in_period_joiners_lost', 'in_period_first_timers_lost',
        'provisional_losses', 'retention_numerator', 'retention_denominator', 'churn_numerator', 'churn_denominator',
        'churn_30d_numerator', 'churn_30d_denominator',
            'churn_annualised_numerator', 'churn_annualised_denominator',
    ]},
    'rpt_cohorts': {'detail': ['cohort_basis', 'cohort_month', 'age_months'], 'figures': ['cohort_size', 'active_customers']},
    'rpt_revenue': {'detail': [], 'figures': [
        'paying_customers_start', 'paying_customers_end', 'paid_between_ends', 'mrr_start', 'new_mrr',
        'reactivation_mrr', 'expansion_mrr', 'contraction_mrr', 'churned_mrr', 'fx_effect', 'mrr_end', 'nrr_numerator',
        'nrr_denominator', 'grr_numerator', 'grr_denominator', 'quick_ratio_numerator', 'quick_ratio_denominator',
    ]},
    'rpt_orders': {'detail': [], 'figures': [
        'orders', 'buyers', 'returning_buyers', 'returning_orders', 'returning_revenue', 'revenue', 'buyers_12m',
        'orders_12m', 'repeat_buyers', 'buyers_ever', 'top20_buyers', 'top20_revenue', 'revenue_12m', 'main_buyers',
    ]},
    'rpt_churn_reasons': {'detail': ['reason_category', 'is_involuntary'], 'figures': [
        'lost_customers', 'all_lost_customers', 'lost_mrr',
    ]},
    'rpt_surveys': {'detail': ['survey_type'], 'figures': [
        'scale_min', 'scale_max', 'responses', 'completed_responses', 'delivered', 'promoters', 'passives',
        'detractors', 'nps_denominator', 'satisfied', 'csat_denominator', 'score_sum', 'response_rate_numerator',
        'response_rate_denominator', 'match_rate_numerator', 'match_rate_denominator', 'coverage_numerator',
        'coverage_denominator',
    ]},
}) }}
{%- endmacro -%}

{#- The text that tells rows of one scope and month apart, as the ledger writes it. -#}
{%- macro published_detail(columns) -%}
{%- if columns -%}
{%- for column in columns -%}
coalesce(cast({{ column }} as varchar), '(none)'){{ " || ' ' || " if not loop.last }}
{%- endfor -%}
{%- else -%} '' {%- endif -%}
{%- endmacro -%}

{#- Seconds since 1970 of a UTC timestamp; engines name it differently. -#}
{%- macro epoch_seconds(moment) -%}
{{ return(adapter.dispatch('epoch_seconds')(moment)) }}
{%- endmacro -%}

{%- macro default__epoch_seconds(moment) -%} unix_timestamp({{ moment }}) {%- endmacro -%}

{%- macro duckdb__epoch_seconds(moment) -%} epoch({{ moment }}) {%- endmacro -%}
