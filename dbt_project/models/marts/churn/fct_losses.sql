{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}
{%- set counts = ['lost_customers', 'involuntary_customers', 'silent_customers'] -%}
{%- set amounts = ['lost_mrr', 'involuntary_mrr'] -%}
-- Who left by their own choice, and who left without a word: no case and no contact of their own in the 90 days before.
with losses as (
    select
        {{ keys | join(', ') }},
        customer_id,
        lost_on,
        is_involuntary,
        lost_mrr
    from {{ ref('int_customer_losses') }}
),

lost_days as (
    select distinct
        customer_id,
        lost_on
    from losses
),

words as (
    select
        identified.survivor_id as customer_id,
        cases.opened_on as said_on
    from {{ ref('int_cases_admitted') }} as cases
    inner join {{ ref('int_customers_identified') }} as identified on cases.customer_id = identified.customer_id
    union all
    select
        identified.survivor_id as customer_id,
        interactions.occurred_on as said_on
    from {{ ref('int_interactions_admitted') }} as interactions
    inner join {{ ref('int_customers_identified') }} as identified
        on interactions.customer_id = identified.customer_id
    where interactions.direction = 'in'
),

heard as (
    select distinct
        lost_days.customer_id,
        lost_days.lost_on
    from lost_days
    inner join words
        on
            lost_days.customer_id = words.customer_id
            and words.said_on >= {{ add_days('lost_days.lost_on', -90) }}
            and words.said_on < lost_days.lost_on
),

judged as (
    select
        losses.*,
        heard.customer_id is null as is_silent
    from losses
    left join heard on losses.customer_id = heard.customer_id and losses.lost_on = heard.lost_on
),

placed as (
    {{ placed_customers('judged') }}
),

grouped as (
    select
        {{ (keys + scope_attributes()) | join(', ') }},
        count(*) as lost_customers,
        {{ count_if('is_involuntary') }} as involuntary_customers,
        {{ count_if('is_silent') }} as silent_customers,
        {{ amount_sum('lost_mrr') }} as lost_mrr,
        {{ amount_sum('case when is_involuntary then lost_mrr end') }} as involuntary_mrr
    from placed
    group by {{ (keys + scope_attributes()) | join(', ') }}
),

audience_groups as (
    {{ audience_rows('grouped') }}
),

counted as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }}
        {%- for column in counts + amounts %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
    from audience_groups
    group by {{ scope_sets(keys) }}
),

final as (
    select
        {%- for key in scope %}
        retention.{{ key }},
        {%- endfor %}
        retention.customers_start,
        cast(coalesce(counted.lost_customers, 0) as bigint) as lost_customers,
        cast(coalesce(counted.lost_customers - counted.involuntary_customers, 0) as bigint) as voluntary_customers,
        cast(coalesce(counted.involuntary_customers, 0) as bigint) as involuntary_customers,
        cast(coalesce(counted.lost_mrr, 0) as decimal(18, 2)) as lost_mrr,
        cast(coalesce(counted.lost_mrr - counted.involuntary_mrr, 0) as decimal(18, 2)) as voluntary_mrr,
        cast(coalesce(counted.involuntary_mrr, 0) as decimal(18, 2)) as involuntary_mrr,
        -- Nobody can be called silent where nobody listened.
        case
            when {{ is_delivered(['interactions', 'cases']) }}
                then cast(coalesce(counted.silent_customers, 0) as bigint)
        end as silent_customers
    from {{ ref('fct_retention') }} as retention
    left join counted
        on
            {%- for key in scope %}
            {{ 'and ' if not loop.first }}retention.{{ key }} = counted.{{ key }}
            {%- endfor %}
    where retention.customers_start > 0
)

select * from final
