/** "trainer-00012" reads as "Trainer 12"; an id of another shape is shown as it is. */
export function formatPerson(id: string): string {
  const parts = /^([a-z]+)-0*(\d+)$/.exec(id);
  if (!parts) return id;
  const [, kind = '', number = ''] = parts;
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${number}`;
}
