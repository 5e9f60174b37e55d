import { after, type TestContext } from 'node:test';

/** What `t.after` is to a test, for a suite: called in the suite's own function. What was begun last is ended first. */
export function suiteScope(): Pick<TestContext, 'after'> {
  const endings: (() => unknown)[] = [];
  after(async () => {
    for (const end of endings) await end();
  });
  return {
    after(end) {
      if (typeof end === 'function') endings.unshift(end as () => unknown);
    },
  };
}
