{#- Customers at risk: the signals there are, the months they are told for, and the scopes a named list is made in.

    Add here: a signal (then a CTE of its spans in int_risk_signals) or what all models of risk share.
    Keep out: thresholds (they are the company's, in var signals).
-#}

{#- Every signal in the order the list names them, weightiest first: the entities it is read from, and the next step it
    asks for. -#}
{%- macro risk_signals() -%}
{{ return([
    {'name': 'pending_cancellation', 'entities': ['cancellation_requests'], 'next_step': 'answer_cancellation'},
    {'name': 'contract_ending', 'entities': ['contracts'], 'next_step': 'offer_renewal'},
    {'name': 'complaint', 'entities': ['cases'], 'next_step': 'settle_complaint'},
    {'name': 'unanswered_request', 'entities': ['quote_requests'], 'next_step': 'answer_request'},
    {'name': 'low_score', 'entities': ['survey_responses', 'survey_answers'], 'next_step': 'ask_about_score'},
    {'name': 'contraction', 'entities': ['contracts'], 'next_step': 'review_contract'},
    {'name': 'order_gap', 'entities': ['orders'], 'next_step': 'remind_to_order'},
    {'name': 'no_contact', 'entities': ['interactions'], 'next_step': 'get_in_touch'},
]) }}
{%- endmacro -%}

{#- The newest months, as many as the company asks for; months_back is 0 for the newest. -#}
{%- macro risk_months() -%}
select
    months.period_start,
    months.period_end,
    {{ dbt.datediff('months.period_start', 'newest.period_start', 'month') }} as months_back
from {{ ref('int_periods') }} as months
cross join (
    select max(period_start) as period_start from {{ ref('int_periods') }} where period_type = 'month'
) as newest
where
    months.period_type = 'month'
    and {{ dbt.datediff('months.period_start', 'newest.period_start', 'month') }} < {{ var('signals').months }}
{%- endmacro -%}

{#- One copy of the relation for the company and one per audience with a filter. An audience without one is the company:
    its rows are copied at the end, by with_unfiltered_audiences. -#}
{%- macro filtered_audience_rows(relation) -%}
select '(all)' as audience, 'company' as scope_type, '(all)' as scope_value, * from {{ relation }}
{%- for audience in var('audiences') if audience.get('filter') %}
union all
select
    {{ sql_text(audience.name) }} as audience, 'audience' as scope_type, {{ sql_text(audience.name) }} as scope_value, *
from {{ relation }}
{%- for attribute, allowed in audience.filter.items() %}
{{ 'where' if loop.first else 'and' }} {{ attribute }} in (
    {%- for value in allowed %}{{ sql_text(value) }}{{ ', ' if not loop.last }}{% endfor -%})
{%- endfor %}
{%- endfor %}
{%- endmacro -%}

{#- The relation, and the company's rows once more for every audience without a filter. -#}
{%- macro with_unfiltered_audiences(relation, columns) -%}
select audience, scope_type, scope_value, {{ columns | join(', ') }} from {{ relation }}
{%- for audience in var('audiences') if not audience.get('filter') %}
union all
select
    {{ sql_text(audience.name) }} as audience, 'audience' as scope_type, {{ sql_text(audience.name) }} as scope_value,
    {{ columns | join(', ') }}
from {{ relation }}
where audience = '(all)'
{%- endfor %}
{%- endmacro -%}
