-- AlterTable
ALTER TABLE "report" ADD COLUMN     "baseline" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "report_stack_id_baseline_key" ON "report"("stack_id", "baseline");
