/** How near the trainer is. Within one journey it only grows. */
export type JourneyStage = 'ON_THE_WAY' | 'APPROACHING' | 'NEARBY' | 'AT_THE_DOOR';

/** The stages that a journey reaches; it starts ON_THE_WAY. */
export type ReachedStage = Exclude<JourneyStage, 'ON_THE_WAY'>;
