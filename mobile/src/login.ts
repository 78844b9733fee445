/**
 * How this app gets the tokens that it shows to the service. A product puts its identity provider here (with
 * expo-auth-session, say), and leaves app/sign-in.tsx to start the login.
 */
export interface Login {
  /**
   * Another token in place of one that is about to expire; null: there is none without the user. Rejects without a
   * network: the old token is sent then, since an outage must not look like a sign-out.
   */
  renew(token: string): Promise<string | null>;
}

/** In the demo a token is pasted, or comes with a link, and no other can be had for it. */
export const login: Login = { renew: () => Promise.resolve(null) };
