import type * as Real from 'expo-location';
import { locationAt, phone } from '../support/FakePhone';

const { process } = phone();

export const Accuracy = { BestForNavigation: 6 };
export const ActivityType = { AutomotiveNavigation: 2 };

function permission(): Real.LocationPermissionResponse {
  const { granted, canAskAgain, accuracy } = phone().permission;
  return {
    granted,
    canAskAgain,
    expires: 'never',
    status: (granted ? 'granted' : 'denied') as Real.PermissionStatus,
    android: { accuracy: granted ? accuracy : 'none' },
  };
}

export const getForegroundPermissionsAsync = async () => permission();

export async function requestForegroundPermissionsAsync() {
  const owner = phone();
  if (!owner.permission.granted && owner.permission.canAskAgain) {
    owner.asked.push('location');
    if (owner.answer === 'ALLOW') owner.permission = { ...owner.permission, granted: true };
    if (owner.answer === 'DENY_FOR_GOOD') owner.permission = { ...owner.permission, canAskAgain: false };
  }
  return permission();
}

export const hasServicesEnabledAsync = async () => phone().servicesEnabled;

export const hasStartedLocationUpdatesAsync = async (name: string) => phone().locationTask?.name === name;

export async function startLocationUpdatesAsync(name: string, options: Real.LocationTaskOptions) {
  if (!process.alive) return;
  // As the native module checks it.
  if (!phone().permission.granted) throw new Error('Not authorized to use background location services');
  if (!phone().isInFront) throw new Error('Foreground service cannot be started from the background');
  phone().updatesStarted += 1;
  phone().locationTask = { name, options };
}

export async function stopLocationUpdatesAsync(name: string) {
  if (!process.alive) return;
  if (phone().locationTask?.name !== name) throw new Error(`Task '${name}' not found`);
  phone().locationTask = null;
}

export async function getCurrentPositionAsync() {
  const { here, permission: access, servicesEnabled } = phone();
  if (!here || !access.granted || !servicesEnabled) throw new Error('Location is unavailable');
  return locationAt(here);
}
