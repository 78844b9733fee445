import { colors, type Colors } from '@journey/client/theme';

/** Makes a property of CSS of each colour of the theme: `inkSoft` is `--ink-soft`, light or dark as the reader has it. */
export function applyTheme(root: HTMLElement): void {
  for (const name of Object.keys(colors.light) as (keyof Colors)[]) {
    const property = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    root.style.setProperty(property, `light-dark(${colors.light[name]}, ${colors.dark[name]})`);
  }
}
