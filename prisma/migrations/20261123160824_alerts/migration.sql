-- CreateTable
CREATE TABLE "alert_rule" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "stack" TEXT,
    "target" TEXT,
    "metric" TEXT NOT NULL,
    "per" TEXT,
    "comparison" TEXT NOT NULL,
    "threshold" DOUBLE PRECISION NOT NULL,
    "recover" DOUBLE PRECISION,
    "hold_seconds" INTEGER NOT NULL,
    "no_data_seconds" INTEGER,
    "muted_until" TIMESTAMPTZ(3),
    "muted_by" TEXT,

    CONSTRAINT "alert_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" SERIAL NOT NULL,
    "rule_id" INTEGER NOT NULL,
    "target_id" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "breach_since" TIMESTAMPTZ(3),
    "last_data_at" TIMESTAMPTZ(3),
    "value" DOUBLE PRECISION,
    "ack_by" TEXT,
    "ack_at" TIMESTAMPTZ(3),
    "muted_until" TIMESTAMPTZ(3),

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_event" (
    "id" BIGSERIAL NOT NULL,
    "alert_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "value" DOUBLE PRECISION,

    CONSTRAINT "alert_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notifier" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "sealed_connection" TEXT NOT NULL,
    "last_sent_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "notifier_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" BIGSERIAL NOT NULL,
    "notifier_id" INTEGER NOT NULL,
    "message" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_AlertRuleToNotifier" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_AlertRuleToNotifier_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "alert_rule_name_key" ON "alert_rule"("name");

-- CreateIndex
CREATE UNIQUE INDEX "alert_rule_id_target_id_label_key" ON "alert"("rule_id", "target_id", "label");

-- CreateIndex
CREATE INDEX "alert_event_at_idx" ON "alert_event"("at");

-- CreateIndex
CREATE INDEX "alert_event_alert_id_idx" ON "alert_event"("alert_id");

-- CreateIndex
CREATE UNIQUE INDEX "notifier_name_key" ON "notifier"("name");

-- CreateIndex
CREATE INDEX "delivery_next_at_idx" ON "delivery"("next_at");

-- CreateIndex
CREATE INDEX "_AlertRuleToNotifier_B_index" ON "_AlertRuleToNotifier"("B");

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "alert_rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "target"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_event" ADD CONSTRAINT "alert_event_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_notifier_id_fkey" FOREIGN KEY ("notifier_id") REFERENCES "notifier"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_AlertRuleToNotifier" ADD CONSTRAINT "_AlertRuleToNotifier_A_fkey" FOREIGN KEY ("A") REFERENCES "alert_rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_AlertRuleToNotifier" ADD CONSTRAINT "_AlertRuleToNotifier_B_fkey" FOREIGN KEY ("B") REFERENCES "notifier"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The rules that are there from the start (docs: alerts). They can be changed and deleted like any other.
INSERT INTO "alert_rule" ("name", "severity", "metric", "per", "comparison", "threshold", "recover", "hold_seconds", "no_data_seconds") VALUES
    ('Response time over 200 ms', 'high', 'http.p95', NULL, 'above', 200, 160, 60, NULL),
    ('Cache hit ratio under 70 %', 'medium', 'redis.hit_ratio', NULL, 'below', 0.7, 0.75, 120, NULL),
    ('Connections nearly exhausted', 'critical', 'pg.connections', 'pg.connections_max', 'above', 0.9, 0.8, 30, 300),
    ('Container memory over 80 %', 'high', 'docker.memory', 'docker.memory_limit', 'above', 0.8, 0.7, 60, NULL),
    ('Error rate over 1 %', 'critical', 'http.errors', NULL, 'above', 0.01, 0.005, 30, NULL);
