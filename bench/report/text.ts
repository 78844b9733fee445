/** 0.123 → 12 %. */
export const percent = (share: number, decimals = 0): string => `${(share * 100).toFixed(decimals)} %`;

export const count = (number: number): string => Math.round(number).toLocaleString('en');

/** A table of Markdown, its columns aligned so that it reads well in a terminal too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const lineOf = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [
    lineOf(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(lineOf),
  ].join('\n');
}
