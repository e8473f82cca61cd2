{#- Surveys: which responses count, and what a score means on its scale.

    Add here: a rule that holds for every survey.
    Keep out: figures (they are in the marts), blank codes and values off the scale (staging has dealt with them).
-#}

{#- A response that counts: completed, no test, no duplicate. -#}
{%- macro is_valid_response(responses) -%}
({{ responses }}.status = 'completed'
    and not coalesce({{ responses }}.is_test, false)
    and not coalesce({{ responses }}.is_duplicate, false))
{%- endmacro -%}

{#- A value turned so that higher is better. -#}
{%- macro oriented_score(value, scale_min, scale_max, higher_is_better) -%}
case when not {{ higher_is_better }} then {{ scale_min }} + {{ scale_max }} - {{ value }} else {{ value }} end
{%- endmacro -%}

{#- The scales that have bands: lowest, highest, satisfied from, advocate from. -#}
{%- macro banded_scales() -%}
{{ return([(0, 10, 7, 9), (1, 10, 7, 9), (1, 7, 5, 7), (1, 5, 4, 5)]) }}
{%- endmacro -%}

{#- advocate, satisfied, at_risk; NULL on a scale without bands. -#}
{%- macro score_band(score, scale_min, scale_max) -%}
case
    {%- for lowest, highest, satisfied, advocate in banded_scales() %}
    when {{ scale_min }} = {{ lowest }} and {{ scale_max }} = {{ highest }} then case
        when {{ score }} >= {{ advocate }} then 'advocate'
        when {{ score }} >= {{ satisfied }} then 'satisfied'
        else 'at_risk'
    end
    {%- endfor %}
end
{%- endmacro -%}

{#- promoter, passive, detractor: answers to an NPS survey on 0-10 only. -#}
{%- macro nps_class(survey_type, score, scale_min, scale_max) -%}
case
    when {{ survey_type }} <> 'nps' or {{ scale_min }} <> 0 or {{ scale_max }} <> 10 then null
    when {{ score }} >= 9 then 'promoter'
    when {{ score }} >= 7 then 'passive'
    when {{ score }} <= 6 then 'detractor'
end
{%- endmacro -%}

{#- Where a later answer of the same customer takes an answer's place: the local day of the next one, NULL for the last
    and for anonymous answers. An answer is a period's latest if this day is NULL or after the period. -#}
{%- macro next_answer_on(partition) -%}
case when customer_number is not null then lead(responded_on) over (
    partition by customer_number, {{ partition | join(', ') }} order by responded_at, response_id, question
) end
{%- endmacro -%}

{#- Calendar months from first activity to a day, as a band; (none) before it or without a customer. -#}
{%- macro tenure_band(first_on, day) -%}
case
    when {{ day }} >= {{ first_on }} then case
        when {{ dbt.datediff(first_on, day, 'month') }} <= 3 then '0-3'
        when {{ dbt.datediff(first_on, day, 'month') }} <= 12 then '4-12'
        else '13+'
    end
    else '(none)'
end
{%- endmacro -%}

{#- What an answer is counted in, as one number: a kind of period (month, quarter, year), the month it counts from, and the
    kind of answer (a number under 100000). Months of one kind of period follow each other. -#}
{%- macro answer_slot(block, month, kind='0') -%}
(({{ block_number(block) }} * 1000000 + extract(year from {{ month }}) * 12 + extract(month from {{ month }})) * 100000 + {{ kind }})
{%- endmacro -%}

{%- macro block_number(block) -%}
{%- set numbers = {'month': 1, 'quarter': 2, 'year': 3} -%}
{%- if block in numbers -%}
cast({{ numbers[block] }} as bigint)
{%- else -%}
case {{ block }}{% for name, number in numbers.items() %} when '{{ name }}' then cast({{ number }} as bigint){% endfor %} end
{%- endif -%}
{%- endmacro -%}

{%- macro slot_time(slot) -%} {{ whole_quotient(slot, 100000) }} {%- endmacro -%}

{%- macro slot_kind(slot) -%} mod({{ slot }}, 100000) {%- endmacro -%}
