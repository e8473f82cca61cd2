{#- Days, months and the attributes of a customer on a day.

    Add here: what several activity, period or cohort models say about dates and validity.
    Keep out: figures (they are in the marts).
-#}

{#- A DATE `days` later (earlier if negative). -#}
{%- macro add_days(date, days) -%} cast({{ dbt.dateadd('day', days, date) }} as date) {%- endmacro -%}

{#- First day of a date's month. -#}
{%- macro month_of(date) -%} cast({{ dbt.date_trunc('month', date) }} as date) {%- endmacro -%}

{#- First day of a date's year. -#}
{%- macro year_of(date) -%} cast({{ dbt.date_trunc('year', date) }} as date) {%- endmacro -%}

{#- First day of the month `months` later. -#}
{%- macro add_months(date, months) -%} cast({{ dbt.dateadd('month', months, date) }} as date) {%- endmacro -%}

{#- Last day of a date's month. -#}
{%- macro month_end(date) -%} last_day({{ date }}) {%- endmacro -%}

{#- The day that stands for "no end" where an open end must be compared. -#}
{%- macro far_future() -%} cast('9999-12-31' as date) {%- endmacro -%}

{#- Is `day` inside the half-open span [starts_on, ends_on), open end = NULL? -#}
{%- macro is_within(day, starts_on, ends_on) -%}
({{ starts_on }} <= {{ day }} and ({{ ends_on }} is null or {{ day }} < {{ ends_on }}))
{%- endmacro -%}

{#- Is the day before `day` inside the half-open span [starts_on, ends_on), open end = NULL? -#}
{%- macro was_within(day, starts_on, ends_on) -%}
({{ starts_on }} < {{ day }} and ({{ ends_on }} is null or {{ ends_on }} >= {{ day }}))
{%- endmacro -%}

{#- Does a contract's price make its customer active? Trials and free plans only where the company counts them. -#}
{%- macro gives_activity(mrr) -%}
{%- if var('count_free') -%} {{ mrr }} >= 0 {%- else -%} {{ mrr }} > 0 {%- endif -%}
{%- endmacro -%}

{#- Base units per unit: the rate on the row, else 1 for the base currency, else the month's. NULL = a rate is missing. -#}
{%- macro rate_to_base(row_rate, currency, month_rate) -%}
coalesce({{ row_rate }}, case when {{ currency }} = {{ sql_text(var('base_currency')) }} then 1 end, {{ month_rate }})
{%- endmacro -%}

{#- Attributes that are delivered on the customer, each delivery dated. -#}
{%- macro customer_attribute_names() -%}
{{ return(['country', 'region', 'segment', 'account_owner', 'acquisition_channel', 'acquisition_offer']) }}
{%- endmacro -%}

{#- Attributes that come from the customer's foremost contract in force. -#}
{%- macro contract_attribute_names() -%}
{{ return(['plan', 'term']) }}
{%- endmacro -%}

{#- Every attribute a period row carries. -#}
{%- macro attribute_names() -%}
{{ return(customer_attribute_names() + contract_attribute_names()) }}
{%- endmacro -%}

{#- The day before all others, from which a customer's first values hold. -#}
{%- macro beginning_of_time() -%} cast('0001-01-01' as date) {%- endmacro -%}

{#- How many rows meet a condition; a whole number, 0 for none. -#}
{%- macro count_if(condition) -%} sum(case when {{ condition }} then 1 else 0 end) {%- endmacro -%}

{#- The spans of days that make a customer active, before any are merged: contracts and orders, as the rule admits them.
    Where segments have rules of their own, the segment valid on a day decides: spans are cut where it changes.
    Columns customer_number, kind (contract, order), source_name, started_on, ended_on (far_future() = open), is_counted
    (false for an order that gives activity and counts nowhere), dated_on (start of the whole contract or the order). -#}
{%- macro activity_spans() -%}
{%- set by_segment = var('activity_rule_by_segment') -%}
{%- set rules = [var('activity_rule')] + (by_segment.values() | list) -%}
{%- set kinds = [] -%}
{%- if 'contract' in rules or 'either' in rules -%}{%- do kinds.append('contract') -%}{%- endif -%}
{%- if 'orders' in rules or 'either' in rules -%}{%- do kinds.append('order') -%}{%- endif -%}
{%- if by_segment -%}
select
    spans.customer_number,
    spans.kind,
    spans.source_name,
    greatest(spans.started_on, profiles.valid_from) as started_on,
    least(spans.ended_on, coalesce(profiles.valid_until, {{ far_future() }})) as ended_on,
    spans.is_counted,
    spans.dated_on
from (
{%- endif %}
{%- for kind in kinds %}
{% if kind == 'contract' -%}
select
    customer_number,
    'contract' as kind,
    source_name,
    starts_on as started_on,
    coalesce(ends_on, {{ far_future() }}) as ended_on,
    true as is_counted,
    contract_starts_on as dated_on
from {{ ref('int_contract_price_periods') }}
where {{ gives_activity('mrr') }}
{%- else -%}
select
    customer_number,
    'order' as kind,
    source_name,
    ordered_on as started_on,
    active_until as ended_on,
    is_counted,
    ordered_on as dated_on
from {{ ref('int_orders_counted') }}
where active_until > ordered_on
{%- endif %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- if by_segment %}
) as spans
inner join {{ ref('int_customer_profiles') }} as profiles
    on
        spans.customer_number = profiles.customer_number
        and (profiles.valid_until is null or spans.started_on < profiles.valid_until)
        and profiles.valid_from < spans.ended_on
where
    case profiles.segment
        {%- for segment, rule in by_segment.items() %}
        when {{ sql_text(segment) }} then '{{ rule }}'
        {%- endfor %}
        else '{{ var("activity_rule") }}'
    end in ('either', case spans.kind when 'contract' then 'contract' else 'orders' end)
{%- endif %}
{%- endmacro -%}

{#- The date a source's history starts on, later by the order window where its first orders may repeat earlier ones. -#}
{%- macro known_from(starts_on) -%}
{{ add_days("cast('" ~ starts_on ~ "' as date)", 0 if var('activity_rule') == 'contract' else var('order_window_days')) }}
{%- endmacro -%}

{#- Is a span one that a source's history cuts off: an order of the first window, a contract that starts with it? -#}
{%- macro unknown_start() -%}
{%- for source, starts_on in var('history_starts_on').items() -%}
{{ '(' if loop.first else ' or ' }}source_name = {{ sql_text(source) }} and (
    (kind = 'order' and dated_on < {{ known_from(starts_on) }})
    or (kind = 'contract' and dated_on = cast('{{ starts_on }}' as date))
){{ ')' if loop.last }}
{%- endfor -%}
{%- endmacro -%}

{#- Is a span from a source whose history does not reach back to its first customer? -#}
{%- macro is_of_short_history() -%}
source_name in (
    {%- for source in var('history_starts_on') %}{{ sql_text(source) }}{{ ', ' if not loop.last }}{% endfor -%})
{%- endmacro -%}

{#- Is a period after all sources' histories have settled? Before, the ledger has no rows. -#}
{%- macro is_in_ledger(period_start) -%}
{%- for starts_on in var('history_starts_on').values() -%}
{{ period_start }} >= {{ known_from(starts_on) }}{{ ' and ' if not loop.last }}
{%- else -%}
true
{%- endfor -%}
{%- endmacro -%}
