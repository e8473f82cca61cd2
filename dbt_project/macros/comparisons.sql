{#- Which figures are called up or down, and by which test.

    Add here: a figure of an fct_ model whose verdict a page shows; it is then compared in every scope and period.
    Keep out: plain counts and sums (they are never called up or down), and the tests themselves (significance.sql).

    Per figure: metric; model; kind, with the columns `sums` that its test needs, all of which add up over disjoint
    scopes; units, the size the figure is suppressed by in its own reporting model; detail, an expression that tells
    rows of one scope and period apart; where, rows that have the figure; is_table, whether the whole's rows are a table of
    their own (reasons) and no key figures.

    hazard: lost, at start · share: numerator, denominator · nps: promoters, detractors, answers ·
    ratio: Σy, Σx, Σy², Σxy, Σx² · mean: n, Σ, Σ²
-#}
{%- macro compared_figures() -%}
{{ return([
    {
        'metric': 'retention_rate', 'model': 'fct_retention', 'kind': 'hazard',
        'sums': ['lost_customers', 'customers_start'], 'units': 'customers_start',
    },
    {
        'metric': 'reason_share', 'model': 'fct_churn_reasons', 'kind': 'share',
        'sums': ['lost_customers', 'all_lost_customers'], 'units': 'all_lost_customers',
        'is_table': true,
        'detail': "reason_category || case when is_involuntary then ' (involuntary)' else '' end",
        'window': "sum(lost_customers) over (
            partition by audience, scope_type, scope_value, period_type, period_start, period_end
        ) as all_lost_customers",
    },
    {
        'metric': 'nrr', 'model': 'fct_revenue', 'kind': 'ratio',
        'sums': ['nrr_numerator', 'nrr_denominator', 'nrr_squared', 'nrr_product', 'start_squared'],
        'units': 'coalesce(nullif(paying_customers_start, 0), paying_customers_end)',
    },
    {
        'metric': 'grr', 'model': 'fct_revenue', 'kind': 'ratio',
        'sums': ['grr_numerator', 'grr_denominator', 'grr_squared', 'grr_product', 'start_squared'],
        'units': 'coalesce(nullif(paying_customers_start, 0), paying_customers_end)',
    },
    {
        'metric': 'returning_order_share', 'model': 'fct_orders', 'kind': 'share',
        'sums': ['returning_orders', 'orders'],
        'units': 'coalesce(nullif(buyers, 0), nullif(buyers_12m, 0), buyers_ever)',
        'where': "period_type <> 'history'",
    },
    {
        'metric': 'nps', 'model': 'fct_surveys', 'kind': 'nps',
        'sums': ['promoters', 'detractors', 'promoters + passives + detractors'], 'units': 'responses',
        'detail': 'survey_type', 'where': "survey_type = 'nps'",
    },
    {
        'metric': 'csat', 'model': 'fct_surveys', 'kind': 'share',
        'sums': ['satisfied', 'csat_denominator'], 'units': 'responses', 'detail': 'survey_type',
    },
    {
        'metric': 'coverage', 'model': 'fct_surveys', 'kind': 'share',
        'sums': ['coverage_numerator', 'coverage_denominator'], 'units': 'responses', 'detail': 'survey_type',
    },
]) }}
{%- endmacro -%}

{#- One side of a comparison: value, its bounds (shares) or squared standard error (the rest), from the sums
    a … e<side>. `days<side>`: days of the period. -#}
{%- macro side_value(side) -%}
case kind
    when 'hazard' then power(1 - {{ share('a' ~ side, 'b' ~ side) }}, 30.0e0 / days{{ side }})
    when 'share' then {{ share('a' ~ side, 'b' ~ side) }}
    when 'nps' then {{ nps('a' ~ side, 'b' ~ side, 'c' ~ side) }}
    when 'ratio' then {{ share('a' ~ side, 'b' ~ side) }}
    when 'mean' then {{ share('b' ~ side, 'a' ~ side) }}
end
{%- endmacro -%}

{%- macro side_low(side) -%}
case kind
    when 'hazard' then power(1 - {{ wilson_high('a' ~ side, 'b' ~ side) }}, 30.0e0 / days{{ side }})
    when 'share' then {{ wilson_low('a' ~ side, 'b' ~ side) }}
end
{%- endmacro -%}

{%- macro side_high(side) -%}
case kind
    when 'hazard' then power(1 - {{ wilson_low('a' ~ side, 'b' ~ side) }}, 30.0e0 / days{{ side }})
    when 'share' then {{ wilson_high('a' ~ side, 'b' ~ side) }}
end
{%- endmacro -%}

{#- Squared standard errors. NPS: the variance per answer, with the ¾ of nps_bound where it is thin. -#}
{%- macro side_squared_error(side) -%}
case kind
    when 'nps' then {{ nps_squared_error('a' ~ side, 'b' ~ side, 'c' ~ side) }}
    when 'ratio' then greatest(
        cast(c{{ side }} as double)
        - 2 * {{ share('a' ~ side, 'b' ~ side) }} * cast(d{{ side }} as double)
        + power({{ share('a' ~ side, 'b' ~ side) }}, 2) * cast(e{{ side }} as double), 0
    ) / nullif(power(cast(b{{ side }} as double), 2), 0)
    when 'mean' then greatest(
        cast(c{{ side }} as double) - power(cast(b{{ side }} as double), 2) / nullif(cast(a{{ side }} as double), 0), 0
    ) / nullif(cast(a{{ side }} as double) - 1, 0) / nullif(cast(a{{ side }} as double), 0)
end
{%- endmacro -%}
