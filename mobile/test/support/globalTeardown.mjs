export default () => globalThis.endJourneyTests?.();
