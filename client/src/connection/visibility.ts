/** Whether the app is in front of its user. */
export interface VisibilitySource {
  isVisible(): boolean;
  /** The answer unsubscribes. */
  subscribe(onChange: (visible: boolean) => void): () => void;
}

/** For what is always in front: a kiosk, a test, a script. */
export const alwaysVisible: VisibilitySource = {
  isVisible: () => true,
  subscribe: () => () => undefined,
};

/** The part of React Native's `AppState` that is used. */
export interface AppStateLike {
  readonly currentState: string;
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
}

/** `inactive` (iOS: a call comes in, the app switcher is open) still shows the screen, so it counts as visible. */
const isInFront = (state: string): boolean => state !== 'background';

export const appStateVisibility = (appState: AppStateLike): VisibilitySource => ({
  isVisible: () => isInFront(appState.currentState),
  subscribe(onChange) {
    const subscription = appState.addEventListener('change', (state) => onChange(isInFront(state)));
    return () => subscription.remove();
  },
});
