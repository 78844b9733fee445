import { loadStreets } from '../drive/loadStreets';
import { LOOPBACK } from '../stores/freePort';
import { createRouterServer } from './server';

/** The program that startRouter.ts runs: its argument is the port. */
createRouterServer(loadStreets()).listen(Number(process.argv[2]), LOOPBACK);
