-- AlterTable
ALTER TABLE "journey" ADD COLUMN     "driven_meters" INTEGER,
ADD COLUMN     "late_seconds" INTEGER,
ADD COLUMN     "rejected_fixes" INTEGER,
ADD COLUMN     "signal_lost_seconds" INTEGER;
