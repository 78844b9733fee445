/**
 * Returns what `load` imports, or null when one of its packages is missing. The packages of these pages are optional
 * dependencies, which a production installation leaves out.
 */
export async function importOptional<Loaded>(load: () => Promise<Loaded>): Promise<Loaded | null> {
  try {
    return await load();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND');

/** The response in place of a page whose packages are missing. */
export const installationHint = (page: string): string =>
  `${page} needs packages that are not installed here. Install them: npm ci --include=optional\n`;
