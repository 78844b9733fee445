import { phone } from '../support/FakePhone';

const { process } = phone();

/** The store that survives the app's end; a killed process writes nothing. */
export default {
  getItem: async (key: string) => phone().stored.get(key) ?? null,
  setItem: async (key: string, value: string) => {
    if (process.alive) phone().stored.set(key, value);
  },
  removeItem: async (key: string) => {
    if (process.alive) phone().stored.delete(key);
  },
};
