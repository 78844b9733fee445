import * as Location from 'expo-location';
import { Linking, PermissionsAndroid, Platform } from 'react-native';

/**
 * Whether this app may know where the phone is. ASK: the system can still ask the user. DENIED: it asks no more, and only
 * the settings help. APPROXIMATE: kilometres off, which the service refuses. OFF: for all apps.
 */
export type LocationAccess = 'GRANTED' | 'APPROXIMATE' | 'ASK' | 'DENIED' | 'OFF';

export const locationAccess = async (): Promise<LocationAccess> =>
  accessOf(await Location.getForegroundPermissionsAsync());

/**
 * Asks the user if the system still can. "While using the app" is enough: updates that begin in the foreground go on
 * with the screen off.
 */
export const askForLocation = async (): Promise<LocationAccess> =>
  accessOf(await Location.requestForegroundPermissionsAsync());

async function accessOf(permission: Location.LocationPermissionResponse): Promise<LocationAccess> {
  if (!permission.granted) return permission.canAskAgain ? 'ASK' : 'DENIED';
  if (!(await Location.hasServicesEnabledAsync())) return 'OFF';
  const { android, ios } = permission;
  return android?.accuracy === 'coarse' || ios?.accuracy === 'reduced' ? 'APPROXIMATE' : 'GRANTED';
}

/** The first Android that asks before an app may show notifications. */
const ANDROID_13 = 33;

/** So that the notice of the foreground service is seen. Without it the journey is shared all the same. */
export async function askForNotifications(): Promise<void> {
  if (Platform.OS !== 'android' || Number(Platform.Version) < ANDROID_13) return;
  await PermissionsAndroid.request(PermissionsAndroid.PERMISSIONS.POST_NOTIFICATIONS);
}

/** Where the user changes what is in the way. Only Android has a way to the switch for all apps. */
export const openSettings = (obstacle: Exclude<LocationAccess, 'GRANTED' | 'ASK'>): Promise<void> =>
  obstacle === 'OFF' && Platform.OS === 'android'
    ? Linking.sendIntent('android.settings.LOCATION_SOURCE_SETTINGS')
    : Linking.openSettings();
