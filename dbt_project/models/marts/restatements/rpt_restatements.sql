{%- set release = ['audience', 'published_month', 'edition'] -%}
{%- set figure_key = ['model', 'figure', 'scope_type', 'scope_value', 'detail', 'period_start'] -%}
-- Every figure of a released report that is another one now. It reads the reporting models, as readers did: what was
-- withheld then or is now stays withheld here. Figures that only one of the two versions knows are no restatement.
with published as (
    select * from {{ ref('stg_ledger__published_figures') }}
),

releases as (
    select distinct audience, published_month, edition, as_of, released_at from published
),

known_figures as (
    select distinct audience, published_month, edition, model, figure from published
),

-- Of earlier months a report shows the whole audience only.
now_figures as (
    {%- for model, shape in published_models().items() %}
    select
        {%- for column in release %}
        releases.{{ column }},
        {%- endfor %}
        '{{ model }}' as model,
        names.figure,
        figures.scope_type,
        figures.scope_value,
        {{ published_detail(shape.detail) }} as detail,
        figures.period_start,
        case names.figure
            {%- for figure in shape.figures %}
            when '{{ figure }}' then cast(figures.{{ figure }} as varchar)
            {%- endfor %}
        end as value
    from releases
    inner join {{ ref(model) }} as figures
        on
            releases.audience = figures.audience
            and figures.period_type = 'month'
            and figures.period_start <= releases.published_month
            and (figures.scope_type = 'audience' or figures.period_start = releases.published_month)
    cross join (
        {%- for figure in shape.figures %}
        select '{{ figure }}' as figure {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as names
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

now_known as (
    select now_figures.*
    from now_figures
    inner join known_figures
        on
            {%- for column in release + ['model', 'figure'] %}
            {{ 'and ' if not loop.first }}now_figures.{{ column }} = known_figures.{{ column }}
            {%- endfor %}
),

compared as (
    select
        {%- for column in release + figure_key %}
        coalesce(published.{{ column }}, now_known.{{ column }}) as {{ column }},
        {%- endfor %}
        published.value as value_then,
        now_known.value as value_now
    from published
    full outer join now_known
        on
            {%- for column in release + figure_key %}
            {{ 'and ' if not loop.first }}published.{{ column }} = now_known.{{ column }}
            {%- endfor %}
),

changed as (
    select
        compared.*,
        {{ month_end('compared.period_start') }} as period_end,
        releases.as_of,
        releases.released_at
    from compared
    inner join releases
        on
            {%- for column in release %}
            {{ 'and ' if not loop.first }}compared.{{ column }} = releases.{{ column }}
            {%- endfor %}
    where coalesce(compared.value_then, '') <> coalesce(compared.value_now, '')
),

-- What has come in since: rows by the day they speak of, merges and corrected files by when they came.
arrivals as (
    select 'late orders' as cause, _delivered_on as came_on, min(ordered_on) as speaks_of
    from {{ ref('int_orders_admitted') }}
    group by _delivered_on
    union all
    select 'refunds' as cause, _delivered_on as came_on, min(refunded_on) as speaks_of
    from {{ ref('int_refunds_admitted') }}
    group by _delivered_on
    union all
    select 'late contracts' as cause, _delivered_on as came_on, min(coalesce(ends_on, starts_on)) as speaks_of
    from {{ ref('int_contracts_admitted') }}
    group by _delivered_on
    union all
    select 'late answers' as cause, _delivered_on as came_on, min(responded_on) as speaks_of
    from {{ ref('int_survey_responses_admitted') }}
    group by _delivered_on
    union all
    select 'merges' as cause, min(_delivered_on) as came_on, {{ beginning_of_time() }} as speaks_of
    from {{ ref('int_customer_versions') }}
    where merged_into is not null
    group by customer_id
),

corrections as (
    select
        entity,
        max(load_id) as last_load_id
    from {{ ref('int_deliveries') }}
    group by entity, source, file
    having count(distinct load_id) > 1
),

causes as (
    select distinct
        changed.audience,
        changed.published_month,
        changed.edition,
        changed.period_start,
        arrivals.cause
    from changed
    inner join arrivals on arrivals.came_on > changed.as_of and arrivals.speaks_of <= changed.period_end

    union

    select distinct
        changed.audience,
        changed.published_month,
        changed.edition,
        changed.period_start,
        'corrected ' || corrections.entity as cause
    from changed
    inner join corrections
        on cast(corrections.last_load_id as double) > {{ epoch_seconds('changed.released_at') }}
),

listed_causes as (
    select
        audience,
        published_month,
        edition,
        period_start,
        {{ listed_once('cause') }} as causes
    from causes
    group by audience, published_month, edition, period_start
),

final as (
    select
        changed.audience,
        changed.scope_type,
        changed.scope_value,
        'month' as period_type,
        changed.period_start,
        changed.period_end,
        changed.model,
        changed.figure,
        changed.detail,
        changed.published_month,
        changed.edition,
        false as is_suppressed,
        changed.value_then,
        changed.value_now,
        case
            when changed.figure = 'provisional_losses' then 'settled provisional losses'
            else listed_causes.causes
        end as cause
    from changed
    left join listed_causes
        on
            {%- for column in release + ['period_start'] %}
            {{ 'and ' if not loop.first }}changed.{{ column }} = listed_causes.{{ column }}
            {%- endfor %}
)

select * from final
