import { join } from 'node:path';

/** The folder of the repository that this bench is a part of. */
export const thisCheckout = join(__dirname, '../..');
