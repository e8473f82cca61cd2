{%- set keys = ['period_type', 'period_start', 'period_end', 'competitor'] -%}
-- The competitor a lost customer named last, in the requests that may also tell its reason: lost ones of the 365 days
-- before.
with named as (
    select
        identified.customer_number,
        requests.request_id,
        requests.requested_on,
        requests.competitor
    from {{ ref('int_cancellation_requests_admitted') }} as requests
    inner join {{ ref('int_customers_identified') }} as identified on requests.customer_id = identified.customer_id
    where requests.outcome = 'lost' and requests.competitor is not null
),

ranked as (
    select
        losses.period_type,
        losses.period_start,
        losses.period_end,
        losses.attributes_key,
        losses.plan_key,
        named.competitor,
        row_number() over (
            partition by losses.period_type, losses.period_end, losses.customer_number
            order by named.requested_on desc, named.request_id desc
        ) as latest_rank
    from {{ ref('int_period_losses') }} as losses
    inner join named
        on
            losses.customer_number = named.customer_number
            and named.requested_on >= {{ add_days('losses.lost_on', -365) }}
            and named.requested_on <= losses.lost_on
),

latest as (
    select
        {{ keys | join(', ') }},
        attributes_key,
        plan_key
    from ranked
    where latest_rank = 1
),

placed as (
    {{ described_keys('latest') }}
),

audience_rows as (
    {{ audience_rows('placed') }}
),

final as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        count(*) as lost_customers
    from audience_rows
    group by {{ scope_sets(keys) }}
)

select * from final
