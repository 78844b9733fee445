/** Whether the app is in front of its user. */
export interface VisibilitySource {
  isVisible(): boolean;
  /** The returned function unsubscribes. */
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

/** The part of a screen's `navigation` (React Navigation, Expo Router) that is used. */
export interface FocusLike {
  isFocused(): boolean;
  addListener(type: 'focus' | 'blur', listener: () => void): () => void;
}

/** Visible while the app is in front and this screen is the one that is shown: a covered screen must not poll. */
export function focusedVisibility(appState: AppStateLike, focus: FocusLike): VisibilitySource {
  const app = appStateVisibility(appState);
  // A navigator may call `blur` before `isFocused()` has changed, so the event itself counts.
  let focused = focus.isFocused();
  return {
    isVisible: () => app.isVisible() && focus.isFocused(),
    subscribe(onChange) {
      focused = focus.isFocused();
      let visible = app.isVisible();
      const report = (): void => onChange(visible && focused);
      const unsubscribes = [
        app.subscribe((isVisible) => {
          visible = isVisible;
          report();
        }),
        focus.addListener('focus', () => {
          focused = true;
          report();
        }),
        focus.addListener('blur', () => {
          focused = false;
          report();
        }),
      ];
      return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
    },
  };
}
