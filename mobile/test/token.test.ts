import { readToken, tokenIn } from '../src/token';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object) => `${part({ alg: 'HS256' })}.${part(claims)}.c2lnbmF0dXJl`;

test.each([
  ['alone', (text: string) => text],
  ['with spaces and a line break', (text: string) => `  ${text}\n`],
  ['in a header', (text: string) => `-H 'authorization: Bearer ${text}'`],
  ['in a sign-in link', (text: string) => `journey://sign-in#token=${text}`],
  ['in a link with more to it', (text: string) => `journey://sign-in#token=${text}&session=session-00001`],
])('a token is found %s', (_, around) => {
  const text = token({ sub: 'student-00001', role: 'student' });
  expect(tokenIn(around(text))).toBe(text);
});

test.each(['', 'hello', 'www.example', 'a b c'])('there is none in “%s”', (text) => {
  expect(tokenIn(text)).toBeNull();
});

test('a token says whose it is and until when', () => {
  expect(readToken(token({ sub: 'auth0|7@x', role: 'trainer', exp: 1_700_000_000 }))).toEqual({
    viewer: { id: 'auth0|7@x', role: 'trainer' },
    expiresAtMs: 1_700_000_000_000,
  });
});

test('a token of a role that the app is not for has no viewer', () => {
  expect(readToken(token({ sub: 'operator-1', role: 'operator' }))).toEqual({
    viewer: null,
    expiresAtMs: null,
  });
});

test.each(['a.b.c', `x.${Buffer.from('null').toString('base64url')}.y`, 'x..y'])(
  '“%s” is no token',
  (text) => {
    expect(readToken(text)).toBeNull();
  },
);
