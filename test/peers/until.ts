import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the answer is not undefined. Fails after `seconds`, saying what was waited for. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  seconds = 45,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await pause(15);
  }
}
