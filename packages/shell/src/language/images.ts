import type { IToken } from 'chevrotain';
import { variableName } from './variable-name.ts';

/** In lower case, with a hyphen for whatever dash it has. */
export function plainOperator(image: string): string {
  return image.toLowerCase().replace(/^[\u2013\u2014\u2015]/, '-');
}

/** `$name`, `${name}`, `$script:name` by their name: there is one scope. */
export function nameOf({ image }: IToken): string {
  return variableName(image.slice(1).replace(/^\{(.*)\}$/, '$1'));
}

/** `byte[]` of `[byte[]]`, in lower case and without the name of a namespace. */
export function typeNamed({ image }: IToken): string {
  return image
    .slice(1, -1)
    .toLowerCase()
    .replace(/^system\./, '');
}

/** `& "name"` is the name. */
export function commandName(image: string): string {
  return image.replace(/^&[ \t]*/, '').replace(/^(["'])(.*)\1$/, '$2');
}
