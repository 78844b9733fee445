/** A state that React's `useSyncExternalStore`, or anything else, can follow. */
export class ObservableState<S extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(private current: S) {}

  readonly get = (): S => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Listeners are called only when something differs. */
  update(change: Partial<S>): void {
    const differs = Object.entries(change).some(([name, value]) => this.current[name as keyof S] !== value);
    if (!differs) return;
    this.current = { ...this.current, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}
