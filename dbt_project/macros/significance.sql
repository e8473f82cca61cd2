{#- Did it change? Intervals of differences, p values and their correction. Each macro is an expression over columns.

    Add here: a test between two groups that is a formula of sums and counts.
    Keep out: intervals of one figure (statistics.sql), and what is compared with what (rpt_verdicts).
    Give column names, not long expressions: an argument may stand a dozen times in the text.
-#}

{#- Newcombe's (1998, method 10) bound of p1 − p0 from each side's own bounds:
    low = d − √((p1 − low1)² + (high0 − p0)²), high = d + √((high1 − p1)² + (p0 − low0)²). -#}
{%- macro newcombe_bound(p1, low1, high1, p0, low0, high0, sign) -%}
{%- if sign == '-' -%}
round(({{ p1 }} - {{ p0 }}) - sqrt(power({{ p1 }} - {{ low1 }}, 2) + power({{ high0 }} - {{ p0 }}, 2)), 9)
{%- else -%}
round(({{ p1 }} - {{ p0 }}) + sqrt(power({{ high1 }} - {{ p1 }}, 2) + power({{ p0 }} - {{ low0 }}, 2)), 9)
{%- endif -%}
{%- endmacro -%}

{#- Lower and upper 95 % bound of the difference of two shares, from the shares and their Wilson bounds. -#}
{%- macro newcombe_low(p1, low1, high1, p0, low0, high0) -%}
{{ newcombe_bound(p1, low1, high1, p0, low0, high0, '-') }}
{%- endmacro -%}
{%- macro newcombe_high(p1, low1, high1, p0, low0, high0) -%}
{{ newcombe_bound(p1, low1, high1, p0, low0, high0, '+') }}
{%- endmacro -%}

{#- The z at which an interval of a difference would just touch 0: 1.96 times the difference over the arm that points
    to 0. For an interval that is no plain ± this is the p value which agrees with it at 5 %; 0 if nothing differs. -#}
{%- macro touching_z(difference, low, high) -%}
case
    when {{ difference }} > 0 then {{ z95() }} * {{ difference }} / nullif({{ difference }} - {{ low }}, 0)
    when {{ difference }} < 0 then {{ z95() }} * {{ difference }} / nullif({{ high }} - {{ difference }}, 0)
    when {{ difference }} = 0 then 0e0
end
{%- endmacro -%}

{#- Probability that a standard normal exceeds z ≥ 0; W. J. Hart's rational approximation (1968, algorithm 5666) and,
    far out, a continued fraction. Relative error below 1e-8 up to z = 37, below 1e-11 up to z = 7. -#}
{%- macro normal_tail(z) -%}
case
    when {{ z }} is null then null
    when {{ z }} > 37 then 0e0
    when {{ z }} < 7.07106781186547e0 then
        exp(-{{ z }} * {{ z }} / 2)
        * ((((((3.52624965998911e-02 * {{ z }} + 0.700383064443688e0) * {{ z }} + 6.37396220353165e0) * {{ z }}
            + 33.912866078383e0) * {{ z }} + 112.079291497871e0) * {{ z }} + 221.213596169931e0) * {{ z }}
            + 220.206867912376e0)
        / (((((((8.83883476483184e-02 * {{ z }} + 1.75566716318264e0) * {{ z }} + 16.064177579207e0) * {{ z }}
            + 86.7807322029461e0) * {{ z }} + 296.564248779674e0) * {{ z }} + 637.333633378831e0) * {{ z }}
            + 793.826512519948e0) * {{ z }} + 440.413735824752e0)
    else
        exp(-{{ z }} * {{ z }} / 2) / 2.506628274631e0
        / ({{ z }} + 1 / ({{ z }} + 2 / ({{ z }} + 3 / ({{ z }} + 4 / ({{ z }} + 0.65e0)))))
end
{%- endmacro -%}

{#- P(Z ≤ z) of a standard normal. -#}
{%- macro normal_cdf(z) -%}
case when {{ z }} > 0 then 1 - {{ normal_tail('abs(' ~ z ~ ')') }} else {{ normal_tail('abs(' ~ z ~ ')') }} end
{%- endmacro -%}

{#- Two-sided p value of a z. -#}
{%- macro two_sided_p(z) -%} (2 * {{ normal_tail('abs(' ~ z ~ ')') }}) {%- endmacro -%}

{#- Welch's degrees of freedom, from the squared standard errors of both means and the two counts. -#}
{%- macro welch_df(se2_1, n1, se2_0, n0) -%}
power({{ se2_1 }} + {{ se2_0 }}, 2) / nullif(
    power({{ se2_1 }}, 2) / nullif({{ n1 }} - 1, 0) + power({{ se2_0 }}, 2) / nullif({{ n0 }} - 1, 0), 0
)
{%- endmacro -%}

{#- The normal deviate with the same tail as a t of `df` degrees of freedom (Hill 1970, algorithm 395). Against scipy the
    p value is off by less than 1e-3 from 2 degrees of freedom and 1e-6 from 10 on. -#}
{%- macro normal_of_t(t, df) -%}
{%- set a = '(' ~ df ~ ' - 0.5e0)' -%}
{%- set b = '(48 * power(' ~ a ~ ', 2))' -%}
{%- set y = '(' ~ a ~ ' * ln(1 + power(' ~ t ~ ', 2) / ' ~ df ~ '))' -%}
(sign({{ t }}) * sqrt({{ y }}) * (1 + (
    {{ y }} + 3 + (((-0.4e0 * {{ y }} - 3.3e0) * {{ y }} - 24e0) * {{ y }} - 85.5e0)
    / (0.8e0 * power({{ y }}, 2) + 100 + {{ b }})
) / {{ b }}))
{%- endmacro -%}

{#- Benjamini & Hochberg (1995): every row of `relation` with p_adjusted; rows whose `p` is NULL are in no family.
    `family`: the columns that make one family of tests. Equal values have the rank of the last of them; the windows see
    families and values alone, not the rows. -#}
{%- macro benjamini_hochberg(relation, p, family) -%}
{%- set listed = family | join(', ') -%}
with p_values as (
    select {{ listed }}, {{ p }} as p_given, count(*) as occurrences
    from {{ relation }}
    where {{ p }} is not null
    group by {{ listed }}, {{ p }}
),

p_ranks as (
    select
        *,
        cast(sum(occurrences) over (partition by {{ listed }}) as bigint) as tests,
        cast(sum(occurrences) over (
            partition by {{ listed }} order by p_given rows between unbounded preceding and current row
        ) as bigint) as p_rank
    from p_values
),

adjusted_values as (
    select
        *,
        round(least(1e0, min(p_given * tests / p_rank) over (
            partition by {{ listed }} order by p_given desc rows between unbounded preceding and current row
        )), 12) as p_adjusted
    from p_ranks
)

select
    tested_rows.*,
    adjusted_values.p_adjusted
from {{ relation }} as tested_rows
left join adjusted_values
    on
        tested_rows.{{ p }} = adjusted_values.p_given
        {%- for column in family %}
        and tested_rows.{{ column }} is not distinct from adjusted_values.{{ column }}
        {%- endfor %}
{%- endmacro -%}
