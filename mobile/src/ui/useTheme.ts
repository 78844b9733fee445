import { colors, mapPalettes, type Colors, type Scheme } from '@journey/client/theme';
import { useColorScheme } from 'react-native';

export interface Theme {
  readonly scheme: Scheme;
  readonly colors: Colors;
  readonly map: (typeof mapPalettes)[Scheme];
}

const themes: Record<Scheme, Theme> = {
  light: { scheme: 'light', colors: colors.light, map: mapPalettes.light },
  dark: { scheme: 'dark', colors: colors.dark, map: mapPalettes.dark },
};

export const useTheme = (): Theme => themes[useColorScheme() === 'dark' ? 'dark' : 'light'];
