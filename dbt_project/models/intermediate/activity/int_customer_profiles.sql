-- Delivered attributes and plan together, as spans without gaps: time is cut wherever one of them changes. Most customers
-- never had a contract: their attributes' spans are their profiles.
with survivors as (
    select distinct
        survivor_id as customer_id,
        customer_number
    from {{ ref('int_customers_identified') }}
),

attributes as (
    select
        survivors.customer_id,
        coalesce(sets.attributes_key, 0) as attributes_key,
        coalesce(given.valid_from, {{ beginning_of_time() }}) as valid_from,
        given.valid_until
    from survivors
    left join {{ ref('int_customer_attributes') }} as given on survivors.customer_id = given.customer_id
    left join {{ ref('int_attribute_sets') }} as sets
        on
            sets.attributes_key > 0
            {%- for attribute in customer_attribute_names() %}
            and given.{{ attribute }} = sets.{{ attribute }}
            {%- endfor %}
),

plans as (
    select
        given.customer_id,
        sets.plan_key,
        given.valid_from,
        given.valid_until
    from {{ ref('int_customer_plans') }} as given
    inner join {{ ref('int_plan_sets') }} as sets
        on
            sets.plan_key > 0
            {%- for attribute in contract_attribute_names() %}
            and given.{{ attribute }} = sets.{{ attribute }}
            {%- endfor %}
),

contract_holders as (
    select distinct customer_id
    from plans
),

cuts as (
    select attributes.customer_id, attributes.valid_from as cut_on
    from attributes
    inner join contract_holders on attributes.customer_id = contract_holders.customer_id
    union
    select customer_id, valid_from as cut_on from plans
    union
    select customer_id, valid_until as cut_on from plans where valid_until is not null
),

described as (
    select
        cuts.customer_id,
        cuts.cut_on,
        attributes.attributes_key,
        attributes.valid_from as attributes_since,
        coalesce(plans.plan_key, 0) as plan_key
    from cuts
    inner join attributes
        on
            cuts.customer_id = attributes.customer_id
            and {{ is_within('cuts.cut_on', 'attributes.valid_from', 'attributes.valid_until') }}
    left join plans
        on
            cuts.customer_id = plans.customer_id
            and {{ is_within('cuts.cut_on', 'plans.valid_from', 'plans.valid_until') }}
),

compared as (
    select
        *,
        lag(attributes_key) over (partition by customer_id order by cut_on) as previous_attributes_key,
        lag(plan_key) over (partition by customer_id order by cut_on) as previous_plan_key
    from described
),

profiles as (
    select
        customer_id,
        attributes_key,
        plan_key,
        attributes_since,
        cut_on as valid_from,
        lead(cut_on) over (partition by customer_id order by cut_on) as valid_until
    from compared
    where
        previous_plan_key is null
        or attributes_key <> previous_attributes_key
        or plan_key <> previous_plan_key

    union all

    select
        attributes.customer_id,
        attributes.attributes_key,
        0 as plan_key,
        attributes.valid_from as attributes_since,
        attributes.valid_from,
        attributes.valid_until
    from attributes
    left join contract_holders on attributes.customer_id = contract_holders.customer_id
    where contract_holders.customer_id is null
),

final as (
    select
        profiles.customer_id,
        survivors.customer_number,
        {%- for attribute in customer_attribute_names() %}
        attribute_sets.{{ attribute }},
        {%- endfor %}
        {%- for attribute in contract_attribute_names() %}
        plan_sets.{{ attribute }},
        {%- endfor %}
        profiles.attributes_key,
        profiles.plan_key,
        profiles.attributes_since,
        profiles.valid_from,
        profiles.valid_until
    from profiles
    inner join {{ ref('int_attribute_sets') }} as attribute_sets
        on profiles.attributes_key = attribute_sets.attributes_key
    inner join {{ ref('int_plan_sets') }} as plan_sets on profiles.plan_key = plan_sets.plan_key
    inner join survivors on profiles.customer_id = survivors.customer_id
)

select * from final
