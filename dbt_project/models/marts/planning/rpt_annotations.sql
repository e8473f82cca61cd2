with final as (
    select
        happened_on,
        language,
        label,
        coalesce(scope, '') as scope
    from {{ ref('int_annotations_admitted') }}
)

select * from final
