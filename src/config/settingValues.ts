import { EnvError, makeValidator } from 'envalid';

import { parseRedisUrl } from '../redis/redisUrl';
import { parseRouterUrl, type RouterTarget } from '../router/routerUrl';

/** An integer within bounds. */
export const integer = (min: number, max: number) =>
  makeValidator<number>((text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new EnvError(`must be a whole number from ${min} to ${max}`);
    return value;
  });

export const decimal = (min: number, max: number) =>
  makeValidator<number>((text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max))
      throw new EnvError(`must be a number from ${min} to ${max}`);
    return value;
  });

export const redisUrl = makeValidator<string>((text) => {
  try {
    parseRedisUrl(text);
  } catch (error) {
    throw new EnvError((error as Error).message);
  }
  return text;
});

export const routerUrl = makeValidator<RouterTarget>((text) => {
  try {
    return parseRouterUrl(text);
  } catch (error) {
    throw new EnvError((error as Error).message);
  }
});

export const postgresUrl = makeValidator<string>((text) => {
  if (!/^postgres(ql)?:\/\/[^\s]+$/.test(text))
    throw new EnvError('must look like postgres://user:password@host:5432/name');
  return text;
});

/** Without TLS anybody could replace the keys; loopback is this machine. */
export const jwksUrl = makeValidator<string>((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const loopback = url && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))) {
    throw new EnvError('must be an https address (http only for loopback)');
  }
  return text;
});

/** An integer, or `off`, which 0 also means. */
export const integerOrOff = (min: number, max: number) =>
  makeValidator<number | 'off'>((text) => {
    if (text === 'off' || text === '0') return 'off';
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new EnvError(`must be a whole number from ${min} to ${max}, or off`);
    }
    return value;
  });

/** `https://app.example.com,https://ops.example.com`: each as in a browser's Origin header. */
export const origins = makeValidator<readonly string[]>((text) => {
  const list = text.split(',').map((origin) => origin.trim());
  if (list.some((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)) {
    throw new EnvError('must be origins like https://app.example.com, separated by commas, without a path');
  }
  return list;
});

/** `journey-ios,journey-android`: each as its app sends it in the header apollographql-client-name. */
export const clientNames = makeValidator<readonly string[]>((text) => {
  const list = text.split(',').map((name) => name.trim());
  if (list.length > 20 || list.some((name) => !/^[\w.@/-]{1,64}$/.test(name))) {
    throw new EnvError('must be at most 20 names of letters, digits and . _ - @ /, separated by commas');
  }
  return list;
});

/** Claims that mean something else already. */
const RESERVED_CLAIMS: readonly string[] = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'role'];

export const claimName = makeValidator<string>((text) => {
  if (text.length > 200 || RESERVED_CLAIMS.includes(text)) {
    throw new EnvError(
      `must be the name of a claim, at most 200 characters, and none of ${RESERVED_CLAIMS.join(', ')}`,
    );
  }
  return text;
});
