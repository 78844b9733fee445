import type * as TestingLibrary from '@testing-library/react-native';
import type { ComponentType } from 'react';
import type * as JsxRuntime from 'react/jsx-runtime';
import type * as ReactNative from 'react-native';
import { phone, systemPause } from './FakePhone';

/** The app on this phone, in the process that runs now. */
export class App {
  private constructor(
    private readonly library: typeof TestingLibrary,
    readonly path: () => string,
  ) {}

  get screen(): typeof TestingLibrary.screen {
    return this.library.screen;
  }

  /** A tap on its icon, or on a link: a process of its own, with all of its modules loaded anew. */
  static open(url = '/'): Promise<App> {
    phone().show();
    return App.begin(url);
  }

  /** As iOS starts an app ahead: with its screens, and not in front. */
  static async begin(url = '/'): Promise<App> {
    jest.resetModules();
    watchAppState();
    require('../../src/background/locationTask');
    // Its other entry wants to clean up by hooks of the test runner.
    const library = require('@testing-library/react-native/pure') as typeof TestingLibrary;
    const { getMockContext } = require('expo-router/build/testing-library/mock-config') as {
      getMockContext(folder: string): object;
    };
    const { ExpoRoot } = require('expo-router/build/ExpoRoot') as {
      ExpoRoot: ComponentType<{ context: object; location: string }>;
    };
    const { store } = require('expo-router/build/global-state/router-store') as {
      store: { getRouteInfo(): { pathname: string } };
    };
    const { jsx } = require('react/jsx-runtime') as typeof JsxRuntime;
    await library.render(jsx(ExpoRoot, { context: getMockContext('./app'), location: url }));
    // The service answers when it does, not within an act().
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
    return new App(library, () => store.getRouteInfo().pathname);
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.until(`“${String(text)}”`, () => this.screen.queryAllByText(text).length > 0);
  }

  async seesNot(text: string | RegExp): Promise<void> {
    await this.until(`no “${String(text)}”`, () => this.screen.queryAllByText(text).length === 0);
  }

  /** A button, or a row that leads somewhere. */
  async press(name: string | RegExp): Promise<void> {
    const find = () =>
      (['button', 'link'] as const)
        .flatMap((role) => this.screen.queryAllByRole(role, { name }))
        .filter((each) => !each.props['aria-disabled']);
    await this.until(`a button “${String(name)}”`, () => find().length > 0);
    await this.library.fireEvent.press(find().at(-1)!);
  }

  async type(label: string, text: string): Promise<void> {
    await this.until(`a field “${label}”`, () => this.screen.queryAllByLabelText(label).length > 0);
    await this.library.fireEvent.changeText(this.screen.getByLabelText(label), text);
    await this.until(`“${text}” in it`, () => this.screen.getByLabelText(label).props['value'] === text);
  }

  async isAt(path: string): Promise<void> {
    await this.until(path, () => this.path() === path);
  }

  /** What the links on the screen read, from top to bottom. */
  links(): string[] {
    return this.screen
      .queryAllByRole('link')
      .map((link) => this.library.within(link).queryAllByText(/.+/).map(textOf).join(' | '));
  }

  /** The longitudes and latitudes of the way on the map, oldest first. */
  trail(): readonly (readonly number[])[] {
    const data = this.screen.queryByTestId('trail')?.props['data'] as
      { geometry: { coordinates: readonly (readonly number[])[] } } | undefined;
    return data?.geometry.coordinates ?? [];
  }

  async close(): Promise<void> {
    await this.library.cleanup();
  }

  async until(what: string, holds: () => boolean, withinMs = 20_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`Still not after ${withinMs} ms: ${what}\n${this.texts()}`);
      await systemPause(20);
    }
  }

  private texts(): string {
    return `At ${this.path()}: ${this.screen.queryAllByText(/.+/).map(textOf).join(' | ')}`;
  }
}

const textOf = ({ children }: { children: readonly unknown[] }): string => children.map(String).join('');

/** React Native's stand-in for the state of an app never changes. */
function watchAppState(): void {
  const { AppState, AccessibilityInfo, Linking, PermissionsAndroid, Share } =
    require('react-native') as typeof ReactNative;
  const { process } = phone();
  Object.assign(AppState, {
    get currentState() {
      return phone().isInFront ? 'active' : 'background';
    },
    addEventListener: (_type: string, listener: (state: string) => void) => {
      process.appStateListeners.add(listener);
      return { remove: () => process.appStateListeners.delete(listener) };
    },
  });
  // A mark that moves with each frame would keep the test busy.
  Object.assign(AccessibilityInfo, { isReduceMotionEnabled: () => Promise.resolve(true) });
  Object.assign(Linking, {
    openSettings: async () => {
      phone().settingsOpened += 1;
    },
    sendIntent: async (action: string) => void phone().intents.push(action),
  });
  Object.assign(Share, {
    share: async ({ message }: { message: string }) => {
      phone().shared.push(message);
      return { action: 'sharedAction' };
    },
  });
  Object.assign(PermissionsAndroid, {
    request: async (permission: string) => {
      phone().asked.push(permission);
      return 'granted';
    },
  });
}

/** The system starts the app for its location task alone, without a screen. */
export function wake(): void {
  jest.resetModules();
  require('../../src/background/locationTask');
}
