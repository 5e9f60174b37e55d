/** What is tried in turn. */
export interface Prioritized {
  readonly id: string;
  /** The lowest comes first; none: after all that have one. */
  readonly priority?: number;
}

/** In the order in which they are tried; of equal ones the older first, since ids grow with time. */
export function inOrder<T extends Prioritized>(all: readonly T[]): T[] {
  const place = ({ priority }: T) => priority ?? Number.POSITIVE_INFINITY;
  return [...all].sort((a, b) => (place(a) === place(b) ? (a.id < b.id ? -1 : 1) : place(a) - place(b)));
}
