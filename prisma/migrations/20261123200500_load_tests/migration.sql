-- CreateTable
CREATE TABLE "load_test" (
    "id" SERIAL NOT NULL,
    "stack_id" INTEGER NOT NULL,
    "target" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "plan" JSONB,
    "sealed_order" TEXT,
    "workload_hash" TEXT,
    "outcome" TEXT,
    "reason" TEXT,
    "head" JSONB,
    "summary" JSONB,
    "job_id" INTEGER,
    "created_by" TEXT NOT NULL DEFAULT 'system',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "load_test_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "load_test_second" (
    "load_test_id" INTEGER NOT NULL,
    "t" INTEGER NOT NULL,
    "second" JSONB NOT NULL,
    "tick" JSONB NOT NULL,

    CONSTRAINT "load_test_second_pkey" PRIMARY KEY ("load_test_id","t")
);

-- CreateIndex
CREATE INDEX "load_test_stack_id_created_at_idx" ON "load_test"("stack_id", "created_at");

-- CreateIndex
CREATE INDEX "load_test_workload_hash_idx" ON "load_test"("workload_hash");

-- AddForeignKey
ALTER TABLE "load_test" ADD CONSTRAINT "load_test_stack_id_fkey" FOREIGN KEY ("stack_id") REFERENCES "stack"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "load_test_second" ADD CONSTRAINT "load_test_second_load_test_id_fkey" FOREIGN KEY ("load_test_id") REFERENCES "load_test"("id") ON DELETE CASCADE ON UPDATE CASCADE;
