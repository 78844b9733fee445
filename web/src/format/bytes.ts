import type { Words } from '@journey/client/words';

/** A count of bytes for people: "812 B", "14.2 kB", "3.1 MB". */
export function formatBytes({ decimalPoint }: Words, bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${value.toFixed(1).replace('.', decimalPoint)} ${unit}`;
}
