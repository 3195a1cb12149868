-- AlterTable
ALTER TABLE "finding" ADD COLUMN     "related" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "not_checked" (
    "id" SERIAL NOT NULL,
    "target_id" INTEGER NOT NULL,
    "rule" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "enable" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "not_checked_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "not_checked_target_id_idx" ON "not_checked"("target_id");

-- AddForeignKey
ALTER TABLE "not_checked" ADD CONSTRAINT "not_checked_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "target"("id") ON DELETE CASCADE ON UPDATE CASCADE;
