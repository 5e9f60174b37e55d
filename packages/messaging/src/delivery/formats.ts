/** Zones and languages are few; whoever invents more makes them be prepared anew. */
const MOST = 200;

/** What writes times and durations, prepared once for each language and zone: preparing takes forty times as long as writing. */
export class Formats {
  readonly #times = new Map<string, Intl.DateTimeFormat>();
  readonly #units = new Map<string, Intl.NumberFormat>();

  /** A moment in full. @param timeZone an IANA name; RangeError when it is not one. */
  time(language: string, timeZone: string): Intl.DateTimeFormat {
    return remembered(
      this.#times,
      `${language} ${timeZone}`,
      () => new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long', timeZone }),
    );
  }

  unit(language: string, unit: 'hour' | 'minute' | 'second'): Intl.NumberFormat {
    return remembered(
      this.#units,
      `${language} ${unit}`,
      () => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }),
    );
  }
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size === MOST) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}
