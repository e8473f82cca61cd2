{#- Sums over millions of rows by scope, by whole numbers alone; texts come back with the few sums.

    Add here: how rows that carry attributes_key and plan_key are added up. Keep out: what is added (that is in the models).
    Breakdowns are taken in bundles: rows are grouped once per bundle, each breakdown then from its bundle's groups.
    An audience without a filter is the company: audience_copies() gives it its rows at the end.
-#}

{#- The two numbers of a customer's place, as placed_keys() has them, for rows with customer_number, period_start and
    period_end. Whoever joins inside the period counts by the plan of that day. -#}
{%- macro placed_numbers(relation) -%}
select
    placed_rows.*,
    of_day.attributes_key,
    case when joined.customer_number is null then of_day.plan_key else joined.plan_key end as plan_key
from {{ relation }} as placed_rows
left join {{ ref('int_customers_joined') }} as joined
    on
        placed_rows.customer_number = joined.customer_number
        and placed_rows.period_start = joined.period_start
        and placed_rows.period_end >= joined.joined_on
left join {{ ref('int_customer_profiles') }} as of_day
    on
        placed_rows.customer_number = of_day.customer_number
        and {{ was_within('placed_rows.period_start', 'of_day.valid_from', 'of_day.valid_until') }}
{%- endmacro -%}

{#- Sums of `measures` (columns that add up over disjoint rows) by audience, scope and `keys`, for the company and filtered
    audiences. `relation` has attributes_key and plan_key. -#}
{%- macro coded_totals(relation, keys, measures) -%}
{%- set bundles = scope_bundles() or [[]] -%}
with {{ value_codes() }},

coded as (
    {{ coded_rows(relation, keys + measures) }}
),

{% for bundle in bundles -%}
bundle_{{ loop.index }} as (
    {{ bundle_sums('coded', bundle, keys, measures) }}
),

{% endfor -%}
scoped as (
    {{ scopes_of_bundles('bundle', bundles, keys, measures) }}
)

select * from scoped
{%- endmacro -%}
