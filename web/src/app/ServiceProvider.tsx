import { ApolloClient, InMemoryCache } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { closeTrackers, journeyLink } from '@journey/client';
import { useEffect, useState, type ReactNode } from 'react';

/** Same origin: the page is served by the service it asks. */
const SERVICE_PATH = '/graphql';

/** One client for one person; give it a `key` of the token, so that nothing of one is left for the next. */
export function ServiceProvider({ token, children }: { token: string; children: ReactNode }) {
  const [client] = useState(
    () =>
      new ApolloClient({
        cache: new InMemoryCache(),
        link: journeyLink({ uri: new URL(SERVICE_PATH, window.location.href).href, token: () => token }),
      }),
  );
  useEffect(
    () => () => {
      closeTrackers(client);
      client.stop();
    },
    [client],
  );
  return <ApolloProvider client={client}>{children}</ApolloProvider>;
}
