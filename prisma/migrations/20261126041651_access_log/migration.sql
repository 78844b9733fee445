-- CreateTable
CREATE TABLE "access_log" (
    "session_id" TEXT NOT NULL,
    "reader_id" TEXT NOT NULL,
    "reader_role" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "access_log_pkey" PRIMARY KEY ("session_id","reader_id","reader_role","hour")
);

-- CreateIndex
CREATE INDEX "access_log_reader_id_hour_idx" ON "access_log"("reader_id", "hour");

-- CreateIndex
CREATE INDEX "access_log_hour_idx" ON "access_log"("hour");
