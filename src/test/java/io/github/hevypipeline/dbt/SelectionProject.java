package io.github.hevypipeline.dbt;

import io.github.hevypipeline.mart.Project;
import java.nio.file.Path;

/** A small project in which each way to select has something to choose; dbt itself can read it too. */
public final class SelectionProject {
    private SelectionProject() {}

    /**
     * {@code raw.events, raw.people -> stg_events, stg_people -> joined -> daily, monthly}; {@code daily} is tagged by its
     * folder and its file, {@code stg_people} by its yml file, {@code raw.people} by its source.
     */
    public static Path in(Path folder) {
        return new Project(folder)
                .file("dbt_project.yml", """
                        name: small
                        version: "1.0.0"
                        config-version: 2
                        profile: hevy
                        models:
                          small:
                            +materialized: table
                            marts: {+tags: [mart]}
                        data_tests:
                          small:
                            marts: {+tags: [slow]}
                        """)
                .file("models/sources.yml", """
                        version: 2
                        sources:
                          - name: raw
                            tables:
                              - name: events
                                columns:
                                  - name: id
                                    data_type: varchar
                                    data_tests: [unique]
                              - name: people
                                config: {tags: [personal]}
                                columns:
                                  - {name: id, data_type: varchar}
                        """)
                .file("models/staging/stg_events.sql", "select id, id as person from {{ source('raw', 'events') }}")
                .file("models/staging/stg_people.sql", "select id from {{ source('raw', 'people') }}")
                .file("models/staging/staging.yml", """
                        version: 2
                        models:
                          - name: stg_events
                            columns:
                              - name: person
                                config: {tags: [link]}
                                data_tests:
                                  - not_null
                                  - relationships:
                                      arguments: {to: ref('stg_people'), field: id}
                          - name: stg_people
                            config: {tags: [personal]}
                            columns:
                              - name: id
                                data_tests: [not_null, unique]
                        """)
                .file("models/joined.sql", """
                        select stg_events.id from {{ ref('stg_events') }} left join {{ ref('stg_people') }} on true
                        """)
                .file("models/marts/daily.sql", "{{ config(tags=['day']) }} select id from {{ ref('joined') }}")
                .file("models/marts/monthly.sql", "select id from {{ ref('joined') }}")
                .file("models/marts/marts.yml", """
                        version: 2
                        models:
                          - name: daily
                            columns:
                              - name: id
                                data_tests:
                                  - not_null:
                                      config: {enabled: false}
                                  - unique:
                                      config: {tags: nightly}
                        unit_tests:
                          - name: a_row_stays
                            model: daily
                            given:
                              - {input: ref('joined'), rows: [{id: a}]}
                            expect: {rows: [{id: a}]}
                        """)
                .file("tests/marts_agree.sql", """
                        {{ config(tags=['slow']) }}
                        select * from {{ ref('daily') }} where id not in (select id from {{ ref('monthly') }})
                        """)
                .file("tests/tests.yml", """
                        version: 2
                        data_tests:
                          - name: marts_agree
                            description: What is there by day is there by month.
                            config: {tags: [agreement]}
                        """)
                .root();
    }
}
