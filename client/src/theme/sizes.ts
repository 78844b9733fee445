/** Between things, in CSS pixels or React Native's points. */
export const spacing = { xs: 4, s: 8, m: 12, l: 16, xl: 20 } as const;

/** In CSS pixels or React Native's points; each grows with the reader's own setting. */
export const fontSizes = { small: 13, label: 14, body: 15, title: 22 } as const;

export const radii = { control: 14, card: 26, pill: 999 } as const;
