import type { Property } from './property.ts';

/** What can be given to a cmdlet. */
export interface Parameter {
  /** Shape, range and help of its value. */
  readonly property: Property;
  /** The property of the object that it sets; without one the cmdlet's action reads it by its name. */
  readonly sets?: string;
  /** Of a `get`: only objects whose property of this name has the value (an object's id, when it is a reference). */
  readonly narrows?: string;
  /** Of a `get`: objects whose flag of this name is on are left out unless this is given. */
  readonly reveals?: string;
  /** With `narrows`, a reference to a unit or its name: objects count too that are in one below it, by their distinguished names. */
  readonly below?: true;
  /** Of a `get`: only objects whose identity is like this, the scope written out: `tag:*` (see `identityLike`). */
  readonly isPattern?: true;
  /** With * or ? in it, it means every object of the property's kind whose name is like that; the cmdlet runs once for each. */
  readonly each?: true;
  /**
   * It names what the cmdlet is done to, beside or instead of `Identity`: one or several objects of these kinds, each of the first kind
   * that has one of the name. Rights are asked for on them.
   */
  readonly about?: readonly string[];
  /** Of an action that makes something: the property of it that says where it will be, which rights ask for. */
  readonly places?: 'ou' | 'name';
  /** The object within which the identity is meant: `-Mailbox ann -Identity Busy` is `ann\\Busy`. */
  readonly within?: true;
  /** Place on the line when its name is left out, from 0. */
  readonly position?: number;
  readonly required?: true;
  /** Takes objects of the pipeline: whole, or their property of the same name. */
  readonly pipeline?: 'object' | 'property';
  /** Given without a value it is true: `-Force`. */
  readonly isSwitch?: true;
  /** `$null` is a value of its own: it takes the property back to its default. */
  readonly orNull?: true;
  readonly aliases?: readonly string[];
  /** Parameter sets it belongs to; all of them when not given. */
  readonly inSets?: readonly string[];
}

/** A line that runs as typed on a fresh organisation, after `before`. */
export interface Example {
  readonly says: string;
  readonly line: string;
  /** Lines that make what the example needs. */
  readonly before?: readonly string[];
}

/**
 * One thing that administrators can do, and one right: roles are sets of cmdlet names. Plain data, from which come the REST route, the
 * OpenAPI operation, parameter binding, help and completion.
 */
export interface CmdletDefinition {
  /** `Set-UMDialPlan`. */
  readonly name: string;
  readonly summary: string;
  /** The kind of object it works on; none for those that work on the system. */
  readonly kind?: string;
  /**
   * `get`, `new`, `set` and `remove` are the same for all kinds; any other word names an action of the kind's rules in @parley/directory,
   * or of @parley/admin when there is no kind: `enable`, `grant`.
   */
  readonly does: string;
  /** By the name that is shown. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Of a `get`: the properties that it shows; all of them when not given. */
  readonly shows?: readonly string[];
  /** It changes something: `-WhatIf` and `-Confirm` are parameters too. */
  readonly changes: boolean;
  /** It asks before it does it, unless `-Confirm:$false`. */
  readonly asks?: true;
  readonly examples: readonly Example[];
  readonly aliases?: readonly string[];
}
