import { describe, expect, test } from 'vitest';

import * as core from '../src/core.js';
import * as fleet from '../src/fleet/index.js';
import * as hooks from '../src/generated/hooks.js';
import * as operations from '../src/generated/operations.js';
import * as main from '../src/index.js';
import * as shares from '../src/shares/index.js';

describe('the parts of the package', () => {
  test.each([...Object.keys(operations), ...Object.keys(hooks)])('%s is exported by one of them', (name) => {
    expect([main, shares, fleet].filter((part) => Object.hasOwn(part, name))).toHaveLength(1);
  });

  test('are all in the core but their hooks, so that a process without React has everything else', () => {
    const withoutHooks = [main, shares, fleet]
      .flatMap((part) => Object.keys(part))
      .filter((name) => !/^use[A-Z]/.test(name));
    expect(Object.keys(core).sort()).toEqual([...withoutHooks].sort());
  });
});
