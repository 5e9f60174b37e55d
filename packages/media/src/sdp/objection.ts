/** A warn-code of RFC 3261 20.43 and its text. */
export interface Objection {
  readonly code: number;
  readonly text: string;
}
