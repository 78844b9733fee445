import fc from 'fast-check';

/** Properties run, and a failure of one is reduced, in one go, which no time limit of a test can end: this one does. */
fc.configureGlobal({ interruptAfterTimeLimit: 15_000 });

export { fc };
