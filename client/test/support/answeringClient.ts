import { ApolloClient, ApolloLink, InMemoryCache } from '@apollo/client';
import { Observable } from 'rxjs';

type Variables = Record<string, unknown>;

/** A client whose answers the test gives: what is seen then takes minutes. Null: no answer ever comes. */
export function answeringClient(answer: (variables: Variables) => Record<string, unknown> | Error | null) {
  const asked: Variables[] = [];
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new ApolloLink(({ variables }) => {
      asked.push(variables);
      return new Observable((observer) => {
        const given = answer(variables);
        if (given === null) return;
        if (given instanceof Error) observer.error(given);
        else {
          observer.next(given);
          observer.complete();
        }
      });
    }),
  });
  return { client, asked };
}
