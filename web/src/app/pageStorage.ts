/**
 * The browser's storage. Where a setting forbids it, or it is full, each access throws: this page then keeps the values in
 * memory until it is closed.
 */
class PageStorage {
  private readonly fallback = new Map<string, string>();

  constructor(private readonly storage: () => Storage) {}

  get(key: string): string | undefined {
    const kept = this.fallback.get(key);
    if (kept !== undefined) return kept;
    try {
      return this.storage().getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  set(key: string, value: string): void {
    this.fallback.delete(key);
    try {
      this.storage().setItem(key, value);
    } catch {
      this.fallback.set(key, value);
    }
  }

  remove(key: string): void {
    this.fallback.delete(key);
    try {
      this.storage().removeItem(key);
    } catch {
      // Then nothing was kept there.
    }
  }
}

/** Through a reload of this tab. */
export const tabStorage = new PageStorage(() => window.sessionStorage);
/** Until it is cleared. */
export const lastingStorage = new PageStorage(() => window.localStorage);
