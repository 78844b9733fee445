import type { IncomingHttpHeaders } from 'node:http';

/** The label of whatever is not on its list: labels must stay few, whatever is sent. */
export const OTHER = 'other';
const NONE = 'none';

/** The most versions of one client that have labels of their own; a process counts further ones as `other`. */
const MAX_VERSIONS = 50;
const VERSION = /^\d{1,4}(?:\.\d{1,4}){0,2}$/;

/** The headers by which Apollo's clients identify themselves, as they came. */
export interface ClientIdentity {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** Who the sender of a request claims to be. Node joins a header that is sent twice. */
export const clientIdentityOf = (headers: IncomingHttpHeaders): ClientIdentity => ({
  name: headers['apollographql-client-name'] as string | undefined,
  version: headers['apollographql-client-version'] as string | undefined,
});

export interface ClientLabel {
  readonly client: string;
  readonly version: string;
}

/**
 * Labels from the identity that a client claims. It is the sender's text, so a client must be on a list of names, and a
 * version must be a number such as 1.20.3.
 */
export class ClientLabels {
  private readonly versions: ReadonlyMap<string, Set<string>>;

  constructor(names: readonly string[]) {
    this.versions = new Map(names.map((name) => [name, new Set<string>()]));
  }

  of({ name, version }: ClientIdentity): ClientLabel {
    if (name === undefined) return { client: NONE, version: NONE };
    const versions = this.versions.get(name);
    if (!versions) return { client: OTHER, version: OTHER };
    if (version === undefined) return { client: name, version: NONE };
    if (!versions.has(version)) {
      if (!VERSION.test(version) || versions.size >= MAX_VERSIONS) return { client: name, version: OTHER };
      versions.add(version);
    }
    return { client: name, version };
  }
}
