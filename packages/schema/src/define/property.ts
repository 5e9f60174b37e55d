import type { CsTextFormat } from '../validate/cs-formats.ts';

/** What every property may say about itself, whatever its type. Plain data: it is served to shells and forms as JSON. */
interface PropertyNotes {
  /** One sentence for administrators. */
  readonly help: string;
  /** Heading under which forms and help show it. */
  readonly group?: string;
  /** What a number counts: "minutes", "seconds", "digits". */
  readonly unit?: string;
  /** Given when the object is made and never changed after that. */
  readonly fixedAfterCreate?: true;
  /** Kept and returned, but nothing acts on it in this version. */
  readonly inactive?: true;
  /** The name that cmdlets show and take when it is not `shownName` of the property: "UMMailboxPolicy". */
  readonly shown?: string;
  /** Other names that cmdlets take: "UMAddresses". */
  readonly aliases?: readonly string[];
  /** Large: left out of lists, and history and audit tell its length instead of its value. */
  readonly bulky?: true;
  /** Lists are often put in its order, or narrowed to what begins like something: they take as long as what they show then. */
  readonly listed?: true;
  /** A PIN or a password, of a cmdlet's parameter: told back to nobody, and left out of whatever remembers the lines that were typed. */
  readonly secret?: true;
  /**
   * No two objects of the kind have one of its values in common within the object to which these references lead, one after the other:
   * extensions in the dial plan of the policy.
   */
  readonly uniqueWithin?: readonly string[];
}

/** Shapes of text that have a meaning of their own; `validate/format.ts` checks them. */
export type TextFormat =
  | 'name'
  | 'digits'
  | 'number'
  | 'number mask'
  | 'pilot'
  | 'sip resource'
  | 'sip uri'
  | 'mail address'
  | 'domain'
  | 'language'
  | 'time zone'
  | 'network'
  | 'gateway address'
  | 'wave file'
  | 'folder'
  | 'paragraphs'
  | 'wave file name'
  | 'base64'
  | 'phone number'
  | 'calling line'
  | 'logon name'
  | 'principal name'
  | 'dtmf map'
  | 'week interval'
  | 'date'
  | 'time of day'
  | 'caller id'
  | 'time span'
  | 'byte size'
  | 'host and port'
  | 'attendant key'
  | CsTextFormat;

export interface TextOptions extends PropertyNotes {
  readonly required?: true;
  readonly default?: string;
  /** Longest value, characters (code points); 256 when not given. */
  readonly max?: number;
  readonly format?: TextFormat;
  /**
   * No two objects of the kind have the same, upper and lower case being equal: `true` in one organisation (or in the object that
   * `namedWithin` of the definition leads to), `everywhere` in the whole system.
   */
  readonly unique?: true | 'everywhere';
}

export interface IntegerOptions extends PropertyNotes {
  readonly required?: true;
  readonly default?: number | 'Unlimited';
  readonly min: number;
  readonly max: number;
  /** The word `Unlimited` is a value too. */
  readonly orUnlimited?: true;
}

export interface FlagOptions extends PropertyNotes {
  /** Without one it is neither, until it is given. */
  readonly default?: boolean;
}

export interface ChoiceOptions extends PropertyNotes {
  readonly required?: true;
  readonly default?: string;
  readonly values: readonly string[];
  /** Values that the original systems know and that this version refuses, with the reason. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** One entry of a list that has parts: a dialing rule, a holiday, a key mapping. */
export interface RecordOptions extends PropertyNotes {
  /** Its parts; none of them is a record or a list itself. */
  readonly fields: Readonly<
    Record<string, TextProperty | IntegerProperty | FlagProperty | ChoiceProperty | RefProperty>
  >;
  /** The fields in the order in which a text with commas between them gives them: "1,Sales,,SalesAutoAttendant". */
  readonly written?: readonly string[];
}

export interface ListOptions extends PropertyNotes {
  readonly required?: true;
  readonly default?: readonly string[];
  readonly of: TextProperty | RecordProperty | RefProperty;
  /** Most entries; 64 when not given. */
  readonly max?: number;
}

export interface RefOptions extends PropertyNotes {
  readonly required?: true;
  /** The kind of object whose id is held. */
  readonly to: string;
}

export type TextProperty = TextOptions & { readonly type: 'text' };
export type IntegerProperty = IntegerOptions & { readonly type: 'integer' };
export type FlagProperty = FlagOptions & { readonly type: 'flag' };
export type ChoiceProperty = ChoiceOptions & { readonly type: 'choice' };
export type RecordProperty = RecordOptions & { readonly type: 'record' };
export type ListProperty = ListOptions & { readonly type: 'list' };
export type RefProperty = RefOptions & { readonly type: 'ref' };
export type Property = TextProperty | IntegerProperty | FlagProperty | ChoiceProperty | ListProperty | RefProperty;

/** A line of text. */
export const text = <const O extends TextOptions>(options: O): O & { readonly type: 'text' } => ({
  ...options,
  type: 'text',
});

/** A whole number between `min` and `max`, both included. */
export const integer = <const O extends IntegerOptions>(options: O): O & { readonly type: 'integer' } => ({
  ...options,
  type: 'integer',
});

/** True or false. */
export const flag = <const O extends FlagOptions>(options: O): O & { readonly type: 'flag' } => ({
  ...options,
  type: 'flag',
});

/** One word out of `values`. */
export const choice = <const O extends ChoiceOptions>(options: O): O & { readonly type: 'choice' } => ({
  ...options,
  type: 'choice',
});

/** An entry of a list that has named parts. */
export const record = <const O extends RecordOptions>(options: O): O & { readonly type: 'record' } => ({
  ...options,
  type: 'record',
});

/** Several texts, records or references of one shape, in order, without repetition. */
export const list = <const O extends ListOptions>(options: O): O & { readonly type: 'list' } => ({
  ...options,
  type: 'list',
});

/** The id of another object. */
export const ref = <const O extends RefOptions>(options: O): O & { readonly type: 'ref' } => ({
  ...options,
  type: 'ref',
});
