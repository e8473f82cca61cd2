{#- RFM: scores from 1 to 5 by how many are worse.

    Add here: how a score is found. Keep out: who is scored and what a pair of scores is called (a seed).
-#}

{#- The four values that part a population in fifths, as one list: the ⌈n/5⌉-th, ⌈2n/5⌉-th … smallest of the rows that
    meet the condition. -#}
{%- macro fifths(value, condition) -%}
{{ return(adapter.dispatch('fifths', 'holdfast')(value, condition)) }}
{%- endmacro -%}

{%- macro default__fifths(value, condition) -%}
array(
    {%- for part in [1, 2, 3, 4] %}
    percentile_disc({{ part / 5 }}) within group (order by {{ value }}) filter (where {{ condition }}){{ ',' if not loop.last }}
    {%- endfor %}
)
{%- endmacro -%}

{#- One pass over the values instead of four. -#}
{%- macro duckdb__fifths(value, condition) -%}
quantile_disc({{ value }}, [0.2, 0.4, 0.6, 0.8]) filter (where {{ condition }})
{%- endmacro -%}

{#- The number of the first element of a list. -#}
{%- macro first_element() -%}
{{ return(adapter.dispatch('first_element', 'holdfast')()) }}
{%- endmacro -%}

{%- macro default__first_element() -%} {{ return(0) }} {%- endmacro -%}
{%- macro duckdb__first_element() -%} {{ return(1) }} {%- endmacro -%}

{#- The list's four values as columns: <value>_above_1 … 4. -#}
{%- macro fifth_columns(value, fifths) -%}
{%- for part in [0, 1, 2, 3] %}
{{ fifths }}[{{ first_element() + part }}] as {{ value }}_above_{{ part + 1 }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro -%}

{#- 1 + ⌊5 · share strictly worse⌋, at most 5. At least k of n are worse than a value exactly if it is above the k-th
    smallest; so the score is 1 and one more for each of the four values it is above, those of the audience of that number.
    Ties get one score. -#}
{%- macro fifth_score(value, number) -%}
case
    {%- for part in [4, 3, 2, 1] %}
    when {{ value }} > {{ value }}_{{ number }}_above_{{ part }} then {{ part + 1 }}
    {%- endfor %}
    else 1
end
{%- endmacro -%}
