-- Time series, in a schema of their own that Prisma does not look at. Samples and one-minute roll-ups are
-- partitioned by day (UTC), one-hour roll-ups by month: retention drops partitions and deletes no rows.
-- Partitions are made by lib/observe/series/partitions.ts, ahead of time and on demand.

CREATE SCHEMA series;

CREATE TABLE series.series (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target_id integer NOT NULL,
    metric text NOT NULL,
    label text NOT NULL DEFAULT '',
    UNIQUE (target_id, metric, label)
);

CREATE TABLE series.sample (
    series_id integer NOT NULL,
    at timestamptz NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (series_id, at)
) PARTITION BY RANGE (at);

CREATE TABLE series.rollup_1m (
    series_id integer NOT NULL,
    count integer NOT NULL,
    bucket timestamptz NOT NULL,
    sum double precision NOT NULL,
    min double precision NOT NULL,
    max double precision NOT NULL,
    last double precision NOT NULL,
    PRIMARY KEY (series_id, bucket)
) PARTITION BY RANGE (bucket);

CREATE TABLE series.rollup_1h (
    series_id integer NOT NULL,
    count integer NOT NULL,
    bucket timestamptz NOT NULL,
    sum double precision NOT NULL,
    min double precision NOT NULL,
    max double precision NOT NULL,
    last double precision NOT NULL,
    PRIMARY KEY (series_id, bucket)
) PARTITION BY RANGE (bucket);

-- Up to when (exclusive) each roll-up is complete.
CREATE TABLE series.watermark (
    rollup text PRIMARY KEY,
    upto timestamptz NOT NULL
);

-- However a target goes (by itself, or with its stack), its series go with it.
CREATE FUNCTION series.forget_target() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone integer[];
BEGIN
    SELECT array_agg(id) INTO gone FROM series.series WHERE target_id = OLD.id;
    IF gone IS NOT NULL THEN
        DELETE FROM series.sample WHERE series_id = ANY (gone);
        DELETE FROM series.rollup_1m WHERE series_id = ANY (gone);
        DELETE FROM series.rollup_1h WHERE series_id = ANY (gone);
        DELETE FROM series.series WHERE id = ANY (gone);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER target_series AFTER DELETE ON target
    FOR EACH ROW EXECUTE FUNCTION series.forget_target();
