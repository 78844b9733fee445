import { Streets, type StreetsFile } from '../../../demo/drive/streets';
import streetsUrl from '../../../demo/streets.json?url';

/** The streets a simulated drive may take; fetched only when somebody chooses one. */
export async function fetchStreets(): Promise<Streets> {
  const response = await fetch(streetsUrl);
  if (!response.ok) throw new Error(`No streets: HTTP ${response.status}`);
  return Streets.read((await response.json()) as StreetsFile);
}
