with judged as (
    {{ judged_rows('contracts', referred_rows('contracts')) }}
),

-- The end belongs to the contract, whichever of its price periods carries it: two different ones cannot both be true.
two_ends as (
    select contract_id
    from judged
    where _outcome = 'admitted'
    group by contract_id
    having count(distinct ends_on) > 1
),

final as (
    select
        {%- for name in entity_columns('contracts') + judged_origin_columns() %}
        judged.{{ name }},
        {%- endfor %}
        case
            when judged._outcome = 'admitted' and two_ends.contract_id is not null then 'quarantined'
            else judged._outcome
        end as _outcome,
        case
            when judged._outcome = 'admitted' and two_ends.contract_id is not null
            then 'ends_on: two different ends of one contract'
            else judged._reasons
        end as _reasons,
        judged._is_of_unknown_customer,
        judged._is_version
    from judged
    left join two_ends on judged.contract_id = two_ends.contract_id
)

select * from final
