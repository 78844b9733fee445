import { ApolloClient, ApolloLink, InMemoryCache } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { renderHook, waitFor } from '@testing-library/react-native';
import type { ReactNode } from 'react';
import { throwError } from 'rxjs';
import { useSessionPages } from '../src/sessions/useSessionPages';

test('a failure of the first load stays the same one while the screen renders again, so that its retry is not put off', async () => {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new ApolloLink(() => throwError(() => new Error('No connection'))),
    devtools: { enabled: false },
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ApolloProvider client={client}>{children}</ApolloProvider>
  );
  const { result, rerender } = await renderHook(() => useSessionPages(() => ({}), 0, 'ASCENDING'), {
    wrapper,
  });
  await waitFor(() => expect(result.current.failure).toBeDefined());
  const { failure } = result.current;
  await rerender(undefined);
  expect(result.current.failure).toBe(failure);
});
