-- CreateTable
CREATE TABLE "chain_entry" (
    "seq" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" BIGINT NOT NULL,
    "content" TEXT NOT NULL,
    "removed" JSONB,
    "previous" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chain_entry_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE INDEX "chain_entry_kind_subject_idx" ON "chain_entry"("kind", "subject");

-- Append-only: whoever edits an entry has to take this away first, and the hashes tell.
CREATE FUNCTION refuse_chain_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the chain of evidence is append-only';
END
$$;
CREATE TRIGGER chain_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "chain_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_chain_edit();
