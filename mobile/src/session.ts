import { ApolloClient, InMemoryCache } from '@apollo/client';
import { closeTrackers, journeyLink, typePolicies } from '@journey/client';
import { fetch } from 'expo/fetch';
import { useSyncExternalStore } from 'react';
import { version } from '../package.json';
import { login } from './login';
import { serviceUrl } from './serviceUrl';
import { secrets } from './storage';
import { readToken, type Viewer } from './token';

/** RESTORING: what an earlier run of the app stored is not read yet. */
export type SignIn =
  { status: 'RESTORING' } | { status: 'SIGNED_OUT' } | { status: 'SIGNED_IN'; viewer: Viewer };

const tokenKey = 'journey.token';
const renewEarlyMs = 60_000;

/** Who uses this phone. There is one in a process: the screens and the background task share it. */
class Session {
  private token: string | null = null;
  private signedIn: SignIn = { status: 'RESTORING' };
  private restoring: Promise<void> | null = null;
  private renewing: Promise<void> | null = null;
  private readonly listeners = new Set<() => void>();

  readonly getState = (): SignIn => this.signedIn;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Reads the stored token, once. Rejects, and reads it again next time, while the system does not give it out. */
  restore(): Promise<void> {
    this.restoring ??= this.readStoredToken().catch((error: unknown) => {
      this.restoring = null;
      throw error;
    });
    return this.restoring;
  }

  /** The stored token cannot be read: it stays where it is, and this run of the app does without. */
  askForSignIn(): void {
    if (this.signedIn.status === 'RESTORING') this.show(null, { status: 'SIGNED_OUT' });
  }

  /** A token of the same user replaces an expired one, and an active journey goes on with it. */
  async signIn(token: string): Promise<void> {
    const viewer = readToken(token)?.viewer;
    if (!viewer) throw new Error('This token is not for a student or a trainer.');
    const before = this.signedIn;
    if (before.status === 'SIGNED_IN' && before.viewer.id !== viewer.id) await this.leave();
    this.restoring = Promise.resolve();
    this.show(token, { status: 'SIGNED_IN', viewer });
    await secrets.setItem(tokenKey, token);
  }

  async signOut(): Promise<void> {
    await this.leave();
    this.restoring = Promise.resolve();
    this.show(null, { status: 'SIGNED_OUT' });
    await secrets.removeItem(tokenKey);
  }

  /** For each request. */
  async freshToken(): Promise<string | null> {
    await this.restore();
    const expiresAtMs = this.token === null ? null : readToken(this.token)?.expiresAtMs;
    if (expiresAtMs && expiresAtMs - Date.now() < renewEarlyMs) {
      this.renewing ??= this.renew().finally(() => (this.renewing = null));
      await this.renewing;
    }
    return this.token;
  }

  private async renew(): Promise<void> {
    const token = await login.renew(this.token!).catch(() => null);
    if (token !== null) await this.signIn(token);
  }

  private async readStoredToken(): Promise<void> {
    const token = await secrets.getItem(tokenKey);
    // A sign-in may have been quicker.
    if (this.signedIn.status !== 'RESTORING') return;
    const viewer = token === null ? null : readToken(token)?.viewer;
    this.show(token, viewer ? { status: 'SIGNED_IN', viewer } : { status: 'SIGNED_OUT' });
  }

  /** Ends what goes on in this user's name. An active journey stays in the storage, and goes on at their next sign-in. */
  private async leave(): Promise<void> {
    closeTrackers(journeyClient);
    await journeyClient.clearStore();
  }

  private show(token: string | null, signedIn: SignIn): void {
    this.token = token;
    this.signedIn = signedIn;
    for (const listener of this.listeners) listener();
  }
}

export const session = new Session();

/** The one client of this process: trackers are kept on it. */
export const journeyClient = new ApolloClient({
  cache: new InMemoryCache({ typePolicies }),
  // React Native's own fetch needs a timer to resolve, and Android fires none in the background.
  link: journeyLink({
    uri: `${serviceUrl()}/graphql`,
    token: () => session.freshToken(),
    fetch,
    app: { name: 'journey-app', version },
  }),
  devtools: { enabled: false },
});

export const useSignIn = (): SignIn =>
  useSyncExternalStore(session.subscribe, session.getState, session.getState);
