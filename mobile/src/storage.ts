import type { KeyValueStorage } from '@journey/client';
import * as SecureStore from 'expo-secure-store';
import Storage from 'expo-sqlite/kv-store';

/** For the tracker's record, which is too large for SecureStore. */
export const storage: KeyValueStorage = Storage;

/** By default a locked phone could not read the token, and a trainer's phone is locked on the way. */
const readableInAPocket = { keychainAccessible: SecureStore.AFTER_FIRST_UNLOCK };

/** For the token. */
export const secrets: KeyValueStorage = {
  getItem: (key) => SecureStore.getItemAsync(key, readableInAPocket),
  setItem: (key, value) => SecureStore.setItemAsync(key, value, readableInAPocket),
  removeItem: (key) => SecureStore.deleteItemAsync(key, readableInAPocket),
};
