import { phone } from '../support/FakePhone';

const { process } = phone();

export const AFTER_FIRST_UNLOCK = 1;

interface Options {
  keychainAccessible?: number;
}

/** By default an item can be read only while the phone is unlocked, and in a pocket it is not. */
const kept = new Map<string, number | undefined>();

export async function getItemAsync(key: string, _options?: Options) {
  if (!phone().wasUnlocked) throw new Error('User interaction is not allowed.');
  if (!phone().isInFront && kept.get(key) !== AFTER_FIRST_UNLOCK && kept.has(key))
    throw new Error('User interaction is not allowed.');
  return phone().secrets.get(key) ?? null;
}

export async function setItemAsync(key: string, value: string, options?: Options) {
  if (!process.alive) return;
  kept.set(key, options?.keychainAccessible);
  phone().secrets.set(key, value);
}

export async function deleteItemAsync(key: string) {
  if (process.alive) phone().secrets.delete(key);
}
