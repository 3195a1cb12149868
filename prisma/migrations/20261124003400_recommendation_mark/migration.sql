-- CreateTable
CREATE TABLE "recommendation_mark" (
    "id" SERIAL NOT NULL,
    "stack_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "note" TEXT,
    "was" JSONB NOT NULL,

    CONSTRAINT "recommendation_mark_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "recommendation_mark_stack_id_key_key" ON "recommendation_mark"("stack_id", "key");

-- AddForeignKey
ALTER TABLE "recommendation_mark" ADD CONSTRAINT "recommendation_mark_stack_id_fkey" FOREIGN KEY ("stack_id") REFERENCES "stack"("id") ON DELETE CASCADE ON UPDATE CASCADE;
