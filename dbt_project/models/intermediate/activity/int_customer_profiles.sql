-- Delivered attributes and plan together, as spans without gaps: time is cut wherever one of them changes.
with survivors as (
    select distinct survivor_id as customer_id
    from {{ ref('int_customers_identified') }}
),

cuts as (
    select customer_id, {{ beginning_of_time() }} as cut_on from survivors
    union
    select customer_id, valid_from as cut_on from {{ ref('int_customer_attributes') }}
    union
    select customer_id, valid_from as cut_on from {{ ref('int_customer_plans') }}
    union
    select customer_id, valid_until as cut_on from {{ ref('int_customer_plans') }} where valid_until is not null
),

described as (
    select
        cuts.customer_id,
        cuts.cut_on,
        {%- for attribute in customer_attribute_names() %}
        coalesce(attributes.{{ attribute }}, '(none)') as {{ attribute }},
        {%- endfor %}
        {%- for attribute in contract_attribute_names() %}
        coalesce(plans.{{ attribute }}, '(none)') as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cuts
    left join {{ ref('int_customer_attributes') }} as attributes
        on
            cuts.customer_id = attributes.customer_id
            and {{ is_within('cuts.cut_on', 'attributes.valid_from', 'attributes.valid_until') }}
    left join {{ ref('int_customer_plans') }} as plans
        on
            cuts.customer_id = plans.customer_id
            and {{ is_within('cuts.cut_on', 'plans.valid_from', 'plans.valid_until') }}
),

compared as (
    select
        *,
        lag(cut_on) over (partition by customer_id order by cut_on) as previous_cut_on,
        {%- for attribute in attribute_names() %}
        lag({{ attribute }}) over (partition by customer_id order by cut_on) as previous_{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from described
),

final as (
    select
        customer_id,
        {{ attribute_names() | join(', ') }},
        cut_on as valid_from,
        lead(cut_on) over (partition by customer_id order by cut_on) as valid_until
    from compared
    where
        previous_cut_on is null
        {%- for attribute in attribute_names() %}
        or {{ attribute }} <> previous_{{ attribute }}
        {%- endfor %}
)

select * from final
