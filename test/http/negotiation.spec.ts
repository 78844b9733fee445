import { MediaTypeNegotiator } from '../../src/graphql/execution/responseHead';

const GRAPHQL = 'application/graphql-response+json';
const JSON_TYPE = 'application/json; charset=utf-8';

describe('The media type of a response', () => {
  it.each<[string | undefined, string | undefined]>([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['Application/JSON;Charset=UTF-8', JSON_TYPE],
    ['application/graphql-response+json', GRAPHQL],
    ['application/graphql-response+json; charset=utf-8', GRAPHQL],
    // The higher quality wins; of equal ones, the one that is named first.
    ['application/json, application/graphql-response+json', JSON_TYPE],
    ['application/graphql-response+json, application/json', GRAPHQL],
    ['application/graphql-response+json,application/json;q=0.9', GRAPHQL],
    ['application/graphql-response+json;q=0.1, application/json;q=0.2', JSON_TYPE],
    ['application/json;q=0, */*', GRAPHQL],
    ['application/json;q=0.2, application/*;q=0.5', GRAPHQL],
    ['text/html, */*;q=0.1', JSON_TYPE],
    ['multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json', GRAPHQL],
    ['text/html', undefined],
    ['*/*;q=0', undefined],
    ['application/json;q=0', undefined],
    ['application/json; charset=utf-16', undefined],
    ['nonsense', undefined],
  ])('for Accept %p is %p, by RFC 9110', (accept, expected) => {
    const negotiator = new MediaTypeNegotiator();
    expect(negotiator.choose(accept)).toBe(expected);
    // From the cache.
    expect(negotiator.choose(accept)).toBe(expected);
  });
});
