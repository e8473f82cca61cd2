{#- Spearman's rank correlation and its p value, as expressions over aggregated columns.

    Add here: a correlation that is a formula of sums.
    Keep out: how ranks are made (the model counts them), corrections for many tests (significance.sql).
-#}

{#- Pearson's correlation of n pairs from their sums, which is Spearman's of average ranks, ties and all. Exact sums of
    whole numbers: n·Σxy − Σx·Σy is taken in DECIMAL and only then divided. NULL where one side never varies. -#}
{%- macro correlation(n, x, y, xx, yy, xy) -%}
{%- set spread -%}
(sqrt(cast({{ n }} * {{ xx }} - {{ x }} * {{ x }} as double)) * sqrt(cast({{ n }} * {{ yy }} - {{ y }} * {{ y }} as double)))
{%- endset -%}
case when {{ spread }} > 0 then
    round(least(greatest(cast({{ n }} * {{ xy }} - {{ x }} * {{ y }} as double) / {{ spread }}, -1e0), 1e0), 12)
end
{%- endmacro -%}

{#- The t of a correlation of n pairs: r·√((n − 2)/(1 − r²)). NULL under 3 pairs and where r is ±1. -#}
{%- macro correlation_t(r, n) -%}
case when {{ n }} > 2 and abs({{ r }}) < 1 then
    {{ r }} * sqrt(({{ n }} - 2) / (1 - {{ r }} * {{ r }}))
end
{%- endmacro -%}
