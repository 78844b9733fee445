-- CreateEnum
CREATE TYPE "session_status" AS ENUM ('SCHEDULED', 'CONFIRMED', 'COMPLETED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "journey_state" AS ENUM ('EN_ROUTE', 'ARRIVED', 'STOPPED', 'EXPIRED', 'CANCELLED');

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "trainer_id" TEXT NOT NULL,
    "student_id" TEXT NOT NULL,
    "status" "session_status" NOT NULL,
    "scheduled_at" TIMESTAMPTZ(3) NOT NULL,
    "home_latitude" DOUBLE PRECISION NOT NULL,
    "home_longitude" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "journey" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "trainer_id" TEXT NOT NULL,
    "student_id" TEXT NOT NULL,
    "state" "journey_state" NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL,

    CONSTRAINT "journey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "session_trainer_id_scheduled_at_id_idx" ON "session"("trainer_id", "scheduled_at", "id");

-- CreateIndex
CREATE INDEX "session_student_id_scheduled_at_id_idx" ON "session"("student_id", "scheduled_at", "id");

-- CreateIndex
CREATE INDEX "session_scheduled_at_id_idx" ON "session"("scheduled_at", "id");

-- CreateIndex
CREATE INDEX "journey_session_id_started_at_idx" ON "journey"("session_id", "started_at" DESC);

-- What Prisma's schema can't say: a journey has ended exactly when it has an end.
ALTER TABLE "journey" ADD CONSTRAINT "journey_ended_at_check" CHECK (("state" = 'EN_ROUTE') = ("ended_at" IS NULL));
