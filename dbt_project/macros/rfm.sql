{#- RFM: scores from 1 to 5 by how many are worse.

    Add here: how a score is found. Keep out: who is scored and what a pair of scores is called (a seed).
-#}

{#- The four values that part a population in fifths: the ⌈n/5⌉-th, ⌈2n/5⌉-th … smallest. -#}
{%- macro fifths(value) -%}
{%- for part in [1, 2, 3, 4] %}
percentile_disc({{ part / 5 }}) within group (order by {{ value }}) as {{ value }}_{{ part }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro -%}

{#- 1 + ⌊5 · share strictly worse⌋, at most 5. At least k of n are worse than a value exactly if it is above the k-th
    smallest; so the score is 1 and one more for each of the four values it is above. Ties get one score. -#}
{%- macro fifth_score(value) -%}
(1{% for part in [1, 2, 3, 4] %} + case when {{ value }} > {{ value }}_{{ part }} then 1 else 0 end{% endfor %})
{%- endmacro -%}
