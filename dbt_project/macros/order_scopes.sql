{#- Sums over many rows by scope, in one pass.

    Add here: how coded rows are added up by scope, and what figures of orders need for it. Keep out: what is added (that is
    in the models) and sums of one table in one call (coded_scopes.sql).
    Rows carry attributes_key and plan_key in place of eight texts, and take small whole numbers for their values. An
    audience's filter is one bit of a row's mask: audiences are added up from the few groups.
    An audience without a filter is the company: audience_copies() gives it its rows at the end.
-#}

{#- The audiences whose filter leaves anybody out. -#}
{%- macro filtered_audiences() -%}
{%- set found = [] -%}
{%- for audience in var('audiences') if audience.get('filter') -%}{%- do found.append(audience) -%}{%- endfor -%}
{{ return(found) }}
{%- endmacro -%}

{#- Breakdowns that are counted together: the many rows are added up once per bundle, each breakdown from its groups. Bundles
    hold the product of their values: those that follow each other (a country and its regions) stand together. The more rows
    there are per group, the quicker are few and large bundles. -#}
{%- macro scope_bundles(further=[], together=[
    ['order_channel', 'account_owner'], ['country', 'region', 'plan', 'term'],
    ['segment', 'acquisition_channel', 'acquisition_offer'],
]) -%}
{%- set bundles = [] -%}
{%- for names in together -%}
{%- set found = [] -%}
{%- for name in names if name in var('scope_types') + further -%}{%- do found.append(name) -%}{%- endfor -%}
{%- if found -%}{%- do bundles.append(found) -%}{%- endif -%}
{%- endfor -%}
{{ return(bundles) }}
{%- endmacro -%}

{%- macro order_bundles() -%} {{ return(scope_bundles(['order_channel'])) }} {%- endmacro -%}

{#- Kinds of periods as small numbers. -#}
{%- macro order_block_number(block_type) -%}
case {{ block_type }} when 'month' then 1 when 'quarter' then 2 when 'ytd' then 3 when 'history' then 4 end
{%- endmacro -%}

{#- What a customer's month adds to the buyers and squares of a block (month, quarter, ytd or history) of which so_far has
    the revenue before the month and whether the customer is new in it. -#}
{%- macro order_gains(block, prefix='') -%}
{%- set revenue_before = 0 if block == 'month' else block ~ '_revenue' -%}
{%- set returning_before = 0 if block == 'month' else block ~ '_returning_revenue' -%}
{{ block }}_buyers{{ ' as ' ~ prefix ~ 'buyers' if prefix != block ~ '_' }},
        {{ block }}_returning_buyers{{ ' as ' ~ prefix ~ 'returning_buyers' if prefix != block ~ '_' }},
        -- (a + b)² − a², and (a + b)(c + d) − ac.
        cast({{ wide('revenue') }} * (2 * {{ revenue_before }} + revenue) as decimal(38, 4)) as {{ prefix }}revenue_squared,
        cast({{ wide('returning_revenue') }} * (2 * {{ returning_before }} + returning_revenue) as decimal(38, 4))
            as {{ prefix }}returning_revenue_squared,
        cast(
            {{ wide('revenue') }} * ({{ returning_before }} + returning_revenue)
            + {{ wide('returning_revenue') }} * {{ revenue_before }}
            as decimal(38, 4)
        ) as {{ prefix }}returning_revenue_product
{%- endmacro -%}

{#- Sums of `measures` (whole numbers or DECIMAL) of coded rows by the breakdowns of one bundle, mask and `keys`. -#}
{%- macro bundle_sums(relation, bundle, keys, measures) -%}
select {{ (bundle + ['mask'] + keys) | join(', ') }}, {{ sums_of(measures) }}
    from {{ relation }}
    group by {{ (bundle + ['mask'] + keys) | join(', ') }}
{%- endmacro -%}

{#- Sums of rows that are grouped by bundle (`sums`_1 and so on, one of each of `bundles`) by breakdown and `keys`: grouped_type,
    where (all) is everything, code, keys and what `summed` says. -#}
{%- macro sums_of_breakdowns(sums, bundles, keys, summed, condition=none) -%}
{%- for bundle in bundles %}
{%- set of_bundle = loop.index %}
{%- for name in ['(all)'] + bundle if name != '(all)' or of_bundle == 1 %}
    {{ 'union all' if not (loop.first and of_bundle == 1) }}
    select
        '{{ name }}' as grouped_type,
        {{ 'cast(0 as smallint)' if name == '(all)' else name }} as code,
        {{ keys | join(', ') }},
        {{ summed }}
    from {{ sums }}_{{ of_bundle }}
    {%- if condition %}
    where {{ condition }}
    {%- endif %}
    group by {{ (([] if name == '(all)' else [name]) + keys) | join(', ') }}
{%- endfor %}
{%- endfor %}
{%- endmacro -%}

{#- Audience and scope of rows with audience, grouped_type and code, joined with named_values. -#}
{%- macro named_scope(rows) -%}
{{ rows }}.audience,
        case
            when {{ rows }}.grouped_type <> '(all)' then {{ rows }}.grouped_type
            when {{ rows }}.audience = '(all)' then 'company'
            else 'audience'
        end as scope_type,
        case when {{ rows }}.grouped_type <> '(all)' then named_values.grouped_value else {{ rows }}.audience end as scope_value
{%- endmacro -%}

{#- The sums of `sums`_1 and so on (from bundle_sums of each of `bundles`) by audience, scope and `keys`, for the company,
    filtered audiences and every breakdown inside both, order_channel among them. -#}
{%- macro scopes_of_bundles(sums, bundles, keys, measures) -%}
with grouped as (
    {{ sums_of_breakdowns(sums, bundles, ['mask'] + keys, sums_of(measures)) }}
),

of_audiences as (
    {%- for audience in [none] + filtered_audiences() %}
    select
        {{ sql_text(audience.name if audience else '(all)') }} as audience,
        grouped_type,
        code,
        {{ keys | join(', ') }},
        {{ sums_of(measures) }}
    from grouped
    {%- if audience %}
    where {{ is_seen_by(loop.index0, 'mask') }}
    {%- endif %}
    group by grouped_type, code, {{ keys | join(', ') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    {{ named_scope('of_audiences') }},
    {%- for column in keys + measures %}
    of_audiences.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from of_audiences
inner join named_values
    on of_audiences.grouped_type = named_values.grouped_type and of_audiences.code = named_values.code
{%- endmacro -%}

{%- macro sums_of(measures) -%}
{%- for measure in measures -%} sum({{ measure }}) as {{ measure }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro -%}

{#- Every value of every breakdown with a number of its own within it, from 1: named_values() (grouped_type, code,
    grouped_value) and the CTEs that give rows their numbers. `further`: column → relation that has all its values. -#}
{%- macro value_codes(further={}) -%}
{%- set parts = [
    ('attributes', customer_attribute_names(), ref('int_attribute_sets'), 'attributes_key'),
    ('plans', contract_attribute_names(), ref('int_plan_sets'), 'plan_key'),
] -%}
{%- for part, names, relation, key in parts %}
coded_{{ part }} as (
    select
        {{ key }}
        {%- for name in names if name in var('scope_types') %},
        {{ value_code(name) }} as {{ name }}
        {%- endfor %}
        {%- for audience in filtered_audiences() %},
        case when {% for attribute, allowed in audience.filter.items() if attribute in names -%}
            {{ attribute }} in ({% for value in allowed %}{{ sql_text(value) }}{{ ', ' if not loop.last }}{% endfor %}) and {# #}
        {%- endfor %} true then 1 else 0 end as is_seen_{{ loop.index }}
        {%- endfor %}
    from {{ relation }}
),
{% endfor %}
{%- for name, relation in further.items() %}
coded_{{ name }} as (
    select
        {{ name }} as {{ name }}_text,
        {{ value_code(name) }} as {{ name }}
    from (select distinct {{ name }} from {{ relation }}) as found
),
{% endfor %}
named_values as (
    {%- for part, names, relation, key in parts %}
    {%- for name in names if name in var('scope_types') %}
    select distinct
        '{{ name }}' as grouped_type,
        coded_{{ part }}.{{ name }} as code,
        sets.{{ name }} as grouped_value
    from coded_{{ part }}
    inner join {{ relation }} as sets on coded_{{ part }}.{{ key }} = sets.{{ key }}
    union all
    {%- endfor %}
    {%- endfor %}
    {%- for name in further %}
    select '{{ name }}' as grouped_type, {{ name }} as code, {{ name }}_text as grouped_value from coded_{{ name }}
    union all
    {%- endfor %}
    select '(all)' as grouped_type, cast(0 as smallint) as code, '(all)' as grouped_value
)
{%- endmacro -%}

{%- macro value_code(name) -%} cast(dense_rank() over (order by {{ name }}) as smallint) {%- endmacro -%}

{#- `columns` of rows with attributes_key and plan_key, the number of their value in every breakdown, and `mask`: which
    filtered audiences see them, as bits. Grouping by small whole numbers takes a tenth of the time of grouping by texts. -#}
{%- macro coded_rows(relation, columns, further=[]) -%}
select
    {%- for column in columns %}
    coded_rows.{{ column }},
    {%- endfor %}
    {%- for name in var('scope_types') %}
    {{ 'coded_attributes' if name in customer_attribute_names() else 'coded_plans' }}.{{ name }},
    {%- endfor %}
    {%- for name in further %}
    coded_{{ name }}.{{ name }},
    {%- endfor %}
    {{ seen_mask() }} as mask
from {{ relation }} as coded_rows
{{ join_codes('coded_rows', further) }}
{%- endmacro -%}

{%- macro seen_mask() -%}
cast(0
{%- for audience in filtered_audiences() %}
    + {{ 2 ** loop.index0 }} * coded_attributes.is_seen_{{ loop.index }} * coded_plans.is_seen_{{ loop.index }}
{%- endfor %} as smallint)
{%- endmacro -%}

{%- macro join_codes(rows, further) -%}
inner join coded_attributes on coalesce({{ rows }}.attributes_key, 0) = coded_attributes.attributes_key
inner join coded_plans on coalesce({{ rows }}.plan_key, 0) = coded_plans.plan_key
{%- for name in further %}
inner join coded_{{ name }} on {{ rows }}.{{ name }} = coded_{{ name }}.{{ name }}_text
{%- endfor %}
{%- endmacro -%}

{#- Whether the n-th filtered audience (from 1) sees a row of this mask. -#}
{%- macro is_seen_by(number, mask) -%}
mod({{ whole_quotient(mask, 2 ** (number - 1)) }}, 2) = 1
{%- endmacro -%}

{#- The first day of the quarter or the year a date lies in. -#}
{%- macro block_start(block, date) -%}
cast({{ dbt.date_trunc('year' if block == 'ytd' else block, date) }} as date)
{%- endmacro -%}

{#- Months as whole numbers, one after the other. -#}
{%- macro month_number(date) -%} (extract(year from {{ date }}) * 12 + extract(month from {{ date }})) {%- endmacro -%}

{#- Half-open spans of months in which a profile is that of the day before the month. -#}
{%- macro profile_months() -%}
select
    customer_number,
    attributes_key,
    plan_key,
    {{ add_months(month_of('valid_from'), 1) }} as placed_from,
    {{ add_months(month_of('valid_until'), 1) }} as placed_until
from {{ ref('int_customer_profiles') }}
where
    valid_until is null
    -- One that begins and ends within a month is nobody's on a day before one.
    or {{ month_of('valid_until') }} > {{ month_of('valid_from') }}
{%- endmacro -%}

{#- Quotient of whole numbers under 2^53, rounded down. -#}
{%- macro whole_quotient(dividend, divisor) -%} cast(floor({{ dividend }} / {{ divisor }}) as bigint) {%- endmacro -%}
