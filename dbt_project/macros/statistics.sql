{#- Closed forms of the statistics the report shows. Each macro is one SQL expression over aggregated columns.

    Add here: an interval or a test that is a formula of sums and counts.
    Keep out: anything that needs a model, a bootstrap or a row per customer (those are Python assets).
    Arguments are SQL expressions; they may be integers or DECIMAL and are cast to DOUBLE once, after summing.
    A denominator of 0 or NULL gives NULL; least() and greatest() would swallow it, so they stand behind a condition.
-#}

{#- The 97.5 % point of the normal distribution: two-sided 95 %. -#}
{%- macro z95() -%} 1.959963984540054 {%- endmacro -%}

{#- numerator / denominator as stored in a reporting model: 0-1, DOUBLE, nine places. -#}
{%- macro rate(numerator, denominator) -%} round({{ share(numerator, denominator) }}, 9) {%- endmacro -%}

{#- The same before rounding, for a formula that goes on from it. -#}
{%- macro share(numerator, denominator) -%}
cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro -%}

{#- Wilson's score interval without continuity correction (Wilson 1927), in the form that has no p:
    (x + z²/2 ∓ z·√(x(n − x)/n + z²/4)) / (n + z²). -#}
{%- macro wilson_bound(numerator, denominator, sign) -%}
{%- set x = 'cast(' ~ numerator ~ ' as double)' -%}
{%- set n = 'nullif(cast(' ~ denominator ~ ' as double), 0)' -%}
case when {{ denominator }} > 0 then round(
    least(greatest(
        ({{ x }} + {{ z95() }} * {{ z95() }} / 2
            {{ sign }} {{ z95() }} * sqrt({{ x }} * ({{ n }} - {{ x }}) / {{ n }} + {{ z95() }} * {{ z95() }} / 4)
        ) / ({{ n }} + {{ z95() }} * {{ z95() }}),
    0), 1),
9) end
{%- endmacro -%}

{#- Lower and upper 95 % bound of a share whose numerator is a subset of the denominator's units; 0-1. -#}
{%- macro wilson_low(numerator, denominator) -%} {{ wilson_bound(numerator, denominator, '-') }} {%- endmacro -%}
{%- macro wilson_high(numerator, denominator) -%} {{ wilson_bound(numerator, denominator, '+') }} {%- endmacro -%}

{#- NPS in points: 100 · (promoters − detractors) / answers. -#}
{%- macro nps(promoters, detractors, answers) -%}
round(100 * cast({{ promoters }} - {{ detractors }} as double) / nullif(cast({{ answers }} as double), 0), 9)
{%- endmacro -%}

{#- Promoters, detractors or answers as the interval of an NPS counts them: with fewer than ten answers, or all of one
    class (where the variance is 0), promoters + ¾, detractors + ¾, answers + 3. -#}
{%- macro nps_padded(count, padding, promoters, detractors, answers) -%}
(cast({{ count }} as double) + case
    when {{ answers }} < 10 or {{ promoters }} = {{ answers }} or {{ detractors }} = {{ answers }}
        or {{ promoters }} + {{ detractors }} = 0 then {{ padding }}
    else 0e0
end)
{%- endmacro -%}

{#- Squared standard error of an NPS in points: variance per answer p + d − (p − d)². -#}
{%- macro nps_squared_error(promoters, detractors, answers) -%}
{%- set p = nps_padded(promoters, '0.75e0', promoters, detractors, answers) -%}
{%- set d = nps_padded(detractors, '0.75e0', promoters, detractors, answers) -%}
{%- set n = 'nullif(' ~ nps_padded(answers, '3e0', promoters, detractors, answers) ~ ', 0)' -%}
(10000 * greatest(({{ p }} + {{ d }}) / {{ n }} - power(({{ p }} - {{ d }}) / {{ n }}, 2), 0) / {{ n }})
{%- endmacro -%}

{#- 95 % bound of the NPS, cut at ±100. -#}
{%- macro nps_bound(promoters, detractors, answers, sign) -%}
{%- set p = nps_padded(promoters, '0.75e0', promoters, detractors, answers) -%}
{%- set d = nps_padded(detractors, '0.75e0', promoters, detractors, answers) -%}
{%- set n = nps_padded(answers, '3e0', promoters, detractors, answers) -%}
case when {{ answers }} > 0 then round(
    least(greatest(
        100 * ({{ p }} - {{ d }}) / {{ n }}
        {{ sign }} {{ z95() }} * sqrt({{ nps_squared_error(promoters, detractors, answers) }}),
    -100), 100),
9) end
{%- endmacro -%}

{%- macro nps_low(promoters, detractors, answers) -%} {{ nps_bound(promoters, detractors, answers, '-') }} {%- endmacro -%}
{%- macro nps_high(promoters, detractors, answers) -%} {{ nps_bound(promoters, detractors, answers, '+') }} {%- endmacro -%}

{#- Both bounds as the two columns nps_low, nps_high. -#}
{%- macro nps_interval(promoters, detractors, answers) -%}
{{ nps_low(promoters, detractors, answers) }} as nps_low,
{{ nps_high(promoters, detractors, answers) }} as nps_high
{%- endmacro -%}

{#- 95 % bound of a ratio of amounts R = Σy/Σx over customers: R ∓ z·√Σ(y − R·x)² / Σx.
    Give the sums Σy, Σx, Σy², Σxy, Σx² (exact DECIMAL sums): Σ(y − R·x)² = Σy² − 2R·Σxy + R²·Σx². -#}
{%- macro ratio_bound(sum_y, sum_x, sum_yy, sum_xy, sum_xx, sign) -%}
{%- set x = 'nullif(cast(' ~ sum_x ~ ' as double), 0)' -%}
{%- set r = '(cast(' ~ sum_y ~ ' as double) / ' ~ x ~ ')' -%}
round(
    {{ r }} {{ sign }} {{ z95() }} * sqrt(greatest(
        cast({{ sum_yy }} as double) - 2 * {{ r }} * cast({{ sum_xy }} as double)
        + {{ r }} * {{ r }} * cast({{ sum_xx }} as double),
    0)) / {{ x }},
9)
{%- endmacro -%}

{%- macro ratio_low(sum_y, sum_x, sum_yy, sum_xy, sum_xx) -%}
{{ ratio_bound(sum_y, sum_x, sum_yy, sum_xy, sum_xx, '-') }}
{%- endmacro -%}
{%- macro ratio_high(sum_y, sum_x, sum_yy, sum_xy, sum_xx) -%}
{{ ratio_bound(sum_y, sum_x, sum_yy, sum_xy, sum_xx, '+') }}
{%- endmacro -%}

{#- Both bounds as the two columns <name>_low, <name>_high. -#}
{%- macro ratio_interval(name, sum_y, sum_x, sum_yy, sum_xy, sum_xx) -%}
{{ ratio_low(sum_y, sum_x, sum_yy, sum_xy, sum_xx) }} as {{ name }}_low,
{{ ratio_high(sum_y, sum_x, sum_yy, sum_xy, sum_xx) }} as {{ name }}_high
{%- endmacro -%}

{#- A share lost over a period of `days` days, at the same daily hazard over thirty: 1 − (1 − share)^(30/days).
    Also for its bounds: the transformation rises with the share. -#}
{%- macro over_30_days(share, days) -%} {{ over_days(share, days, '30.0e0') }} {%- endmacro -%}

{#- The same over a year of 365 days. -#}
{%- macro over_a_year(share, days) -%} {{ over_days(share, days, '365.0e0') }} {%- endmacro -%}

{%- macro over_days(share, days, target) -%}
round(1 - power(case when ({{ share }}) > 1 then 0 else 1 - ({{ share }}) end, {{ target }} / {{ days }}), 9)
{%- endmacro -%}
