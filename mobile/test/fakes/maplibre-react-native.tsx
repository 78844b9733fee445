import type { ReactNode } from 'react';
import { View } from 'react-native';

/** The map draws natively. What stands on it is the app's, and is rendered. */
const Shown = ({ children, ...props }: { children?: ReactNode }) => <View {...props}>{children}</View>;

export const Map = Shown;
export const Camera = Shown;
export const GeoJSONSource = Shown;
export const Layer = Shown;
export const Marker = Shown;
