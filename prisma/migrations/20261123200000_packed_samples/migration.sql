-- Samples of an hour that is over are kept as one row a series and hour: a sample row costs about 90 bytes with its
-- index, a packed one about 10. New partitions of series.sample hold one hour each (before: a day) and are dropped
-- when they are packed (lib/observe/series/pack.ts).

CREATE TABLE series.packed (
    series_id integer NOT NULL,
    -- Time of the first sample.
    begins timestamptz NOT NULL,
    -- Milliseconds from the sample before, 0 for the first; in wide_deltas where one is longer than 32,767.
    deltas smallint[],
    wide_deltas integer[],
    values double precision[] NOT NULL,
    PRIMARY KEY (series_id, begins),
    CHECK ((deltas IS NULL) <> (wide_deltas IS NULL))
) PARTITION BY RANGE (begins);

CREATE OR REPLACE FUNCTION series.forget_target() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone integer[];
BEGIN
    SELECT array_agg(id) INTO gone FROM series.series WHERE target_id = OLD.id;
    IF gone IS NOT NULL THEN
        DELETE FROM series.sample WHERE series_id = ANY (gone);
        DELETE FROM series.packed WHERE series_id = ANY (gone);
        DELETE FROM series.rollup_1m WHERE series_id = ANY (gone);
        DELETE FROM series.rollup_1h WHERE series_id = ANY (gone);
        DELETE FROM series.series WHERE id = ANY (gone);
    END IF;
    RETURN NULL;
END
$$;
