-- CreateTable
CREATE TABLE "statement_baseline" (
    "target_id" INTEGER NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    "since" TEXT,
    "total_ms" DOUBLE PRECISION NOT NULL,
    "statements" JSONB NOT NULL,

    CONSTRAINT "statement_baseline_pkey" PRIMARY KEY ("target_id","taken_at")
);

-- AddForeignKey
ALTER TABLE "statement_baseline" ADD CONSTRAINT "statement_baseline_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "target"("id") ON DELETE CASCADE ON UPDATE CASCADE;
