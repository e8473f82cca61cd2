{#- RFM: scores from 1 to 5 by how many are worse.

    Add here: how a score is found. Keep out: who is scored and what a pair of scores is called (a seed).
-#}

{#- The four values that part a population in fifths, as one list: the ⌈n/5⌉-th, ⌈2n/5⌉-th … smallest. -#}
{%- macro fifths(value) -%}
{{ return(adapter.dispatch('fifths', 'holdfast')(value)) }}
{%- endmacro -%}

{%- macro default__fifths(value) -%}
array(
    {%- for part in [1, 2, 3, 4] %}
    percentile_disc({{ part / 5 }}) within group (order by {{ value }}){{ ',' if not loop.last }}
    {%- endfor %}
)
{%- endmacro -%}

{#- One pass over the values instead of four. -#}
{%- macro duckdb__fifths(value) -%}
quantile_disc({{ value }}, [0.2, 0.4, 0.6, 0.8])
{%- endmacro -%}

{#- The number of the first element of a list. -#}
{%- macro first_element() -%}
{{ return(adapter.dispatch('first_element', 'holdfast')()) }}
{%- endmacro -%}

{%- macro default__first_element() -%} {{ return(0) }} {%- endmacro -%}
{%- macro duckdb__first_element() -%} {{ return(1) }} {%- endmacro -%}

{#- 1 + ⌊5 · share strictly worse⌋, at most 5. At least k of n are worse than a value exactly if it is above the k-th
    smallest; so the score is 1 and one more for each of the four values it is above. Ties get one score. -#}
{%- macro fifth_score(value) -%}
(1
{%- for part in [0, 1, 2, 3] %}
    + case when {{ value }} > {{ value }}_fifths[{{ first_element() + part }}] then 1 else 0 end
{%- endfor %}
)
{%- endmacro -%}
