{%- set keys = ['period_type', 'period_start', 'period_end', 'handled_by', 'campaign', 'offer_kind'] -%}
-- Cancellation requests by what became of them: all of a period, by handler, and by the offer made with them.
with requests as (
    select
        identified.survivor_id as customer_id,
        coalesce(requests.handled_by, '(none)') as handled_by,
        coalesce(offers.campaign, '(none)') as campaign,
        coalesce(offers.kind, '(none)') as offer_kind,
        requests.outcome,
        requests.requested_on,
        case when requests.outcome in ('saved', 'lost') then requests.decided_on end as decided_on,
        case when requests.outcome = 'saved' then {{ add_days('requests.decided_on', 90) }} end as day_90,
        requests.outcome in ('saved', 'lost') and requests.decided_on is null as is_undated
    from {{ ref('int_cancellation_requests_admitted') }} as requests
    inner join {{ ref('int_customers_identified') }} as identified on requests.customer_id = identified.customer_id
    left join {{ ref('int_retention_offers_admitted') }} as offers on requests.offer_id = offers.offer_id
),

followed as (
    select
        requests.*,
        spells.customer_id is not null as is_still_active
    from requests
    left join {{ ref('int_activity_spells') }} as spells
        on
            requests.customer_id = spells.customer_id
            and {{ is_within('requests.day_90', 'spells.started_on', 'spells.ended_on') }}
),

events as (
    {%- for event, condition in [
        ('requested', 'followed.requested_on between periods.period_start and periods.period_end'),
        ('decided', 'followed.decided_on between periods.period_start and periods.period_end'),
        ('day_90', 'followed.day_90 between periods.period_start and periods.period_end'),
        ('pending', 'followed.requested_on <= periods.period_end and not followed.is_undated
            and (followed.decided_on is null or followed.decided_on > periods.period_end)'),
    ] %}
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        '{{ event }}' as event,
        followed.*
    from followed
    inner join {{ ref('int_periods') }} as periods on {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

placed as (
    {{ placed_customers('events') }}
),

{%- set carried = ['customer_id', 'event', 'outcome', 'is_undated', 'is_still_active', 'period_type', 'period_start', 'period_end']
    + scope_attributes() %}

views as (
    {%- for handled_by, campaign, offer_kind in [
        ("'(all)'", "'(all)'", "'(all)'"), ('handled_by', "'(all)'", "'(all)'"), ("'(all)'", 'campaign', 'offer_kind')
    ] %}
    select
        {{ carried | join(', ') }},
        {{ handled_by }} as handled_by,
        {{ campaign }} as campaign,
        {{ offer_kind }} as offer_kind
    from placed
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

audience_rows as (
    {{ audience_rows('views') }}
),

final as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }}
        {%- for name, condition in [
            ('requests', "event = 'requested'"),
            ('saved', "event = 'decided' and outcome = 'saved'"),
            ('lost', "event = 'decided' and outcome = 'lost'"),
            ('pending', "event = 'pending'"),
            ('undated', "event = 'requested' and is_undated"),
            ('saved_day_90', "event = 'day_90'"),
            ('still_active', "event = 'day_90' and is_still_active"),
        ] %},
        cast({{ count_if(condition) }} as bigint) as {{ name }}
        {%- endfor %}
    from audience_rows
    group by {{ scope_sets(keys) }}
)

select * from final
