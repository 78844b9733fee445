const numbered = (kind: string) => (number: number) => `${kind}-${String(number).padStart(5, '0')}`;

/** `session-00001` and so on, counted from 1. */
export const sessionName = numbered('session');
export const trainerName = numbered('trainer');
export const studentName = numbered('student');
