-- CreateTable
CREATE TABLE "report_schedule" (
    "id" SERIAL NOT NULL,
    "stack_id" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "enabled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "weekday" INTEGER NOT NULL DEFAULT 1,
    "hour" INTEGER NOT NULL DEFAULT 6,
    "requested_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "retry_at" TIMESTAMPTZ(3),

    CONSTRAINT "report_schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report_dispatch" (
    "id" SERIAL NOT NULL,
    "schedule_id" INTEGER NOT NULL,
    "period" TEXT NOT NULL,
    "report_id" INTEGER,
    "notifiers" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "report_dispatch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_NotifierToReportSchedule" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_NotifierToReportSchedule_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "report_schedule_stack_id_key" ON "report_schedule"("stack_id");

-- CreateIndex
CREATE UNIQUE INDEX "report_dispatch_schedule_id_period_key" ON "report_dispatch"("schedule_id", "period");

-- CreateIndex
CREATE INDEX "_NotifierToReportSchedule_B_index" ON "_NotifierToReportSchedule"("B");

-- AddForeignKey
ALTER TABLE "report_schedule" ADD CONSTRAINT "report_schedule_stack_id_fkey" FOREIGN KEY ("stack_id") REFERENCES "stack"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_dispatch" ADD CONSTRAINT "report_dispatch_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "report_schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_NotifierToReportSchedule" ADD CONSTRAINT "_NotifierToReportSchedule_A_fkey" FOREIGN KEY ("A") REFERENCES "notifier"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_NotifierToReportSchedule" ADD CONSTRAINT "_NotifierToReportSchedule_B_fkey" FOREIGN KEY ("B") REFERENCES "report_schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;
