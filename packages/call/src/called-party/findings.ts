import type { CalledCandidate } from '../facts.ts';
import type { Skipped } from './header-reading.ts';
import { shown } from './party-of.ts';

/** More candidates than this are not looked up. */
const MOST_CANDIDATES = 16;

/** Collects candidates without doubles, with a line of explanation for each thing that was found. */
export class Findings {
  readonly candidates: CalledCandidate[] = [];
  readonly explanation: string[] = [];
  readonly skipped: Skipped[] = [];

  /** Adds a candidate; `where` and `details` say how it was found ("Diversion (bottom-most of 2)", "reason no-answer"). */
  add(candidate: CalledCandidate, where: string, details: readonly string[] = []): void {
    const line = `${where}: ${[shown(candidate), ...details].join(', ')}`;
    if (candidate.user === '') this.note(`${line} -> nobody`);
    else this.note(`${line} -> ${this.#place(candidate)}`);
  }

  #place(candidate: CalledCandidate): string {
    const same = this.candidates.findIndex(each => isSame(each, candidate));
    if (same >= 0) return `already ${nameOfPlace(same)}`;
    if (this.candidates.length >= MOST_CANDIDATES) return 'not looked up, too many candidates';
    this.candidates.push(candidate);
    return nameOfPlace(this.candidates.length - 1);
  }

  note(line: string): void {
    this.explanation.push(line);
  }

  /** Takes over what could not be read. */
  skip(skipped: readonly Skipped[]): void {
    for (const { header, problem } of skipped) this.note(`${header}: skipped, ${problem}`);
    this.skipped.push(...skipped);
  }
}

function isSame(one: CalledCandidate, other: CalledCandidate): boolean {
  return one.user === other.user && one.host === other.host && one.phoneContext === other.phoneContext;
}

function nameOfPlace(index: number): string {
  return index === 0 ? 'first candidate' : `candidate ${index + 1}`;
}
