import type { ReactNode } from 'react';
import { View } from 'react-native';

/** The map draws natively. What stands on it is the app's, and is rendered. */
const Shown = ({ children, ...props }: { children?: ReactNode }) => <View {...props}>{children}</View>;
/** Found by their ids, as the map finds them. */
const Named = ({ id, ...props }: { id: string; children?: ReactNode }) => (
  <Shown {...props} {...{ testID: id }} />
);

export const Map = Shown;
export const Camera = Shown;
export const GeoJSONSource = Named;
export const Layer = Shown;
export const Marker = Named;
