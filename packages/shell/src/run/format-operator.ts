import { numberIn, textOf } from './convert.ts';
import { usage } from './failure.ts';
import type { Value } from './values.ts';

const LONGEST_NUMBER = 64;

/** `"user{0:D4}" -f 7`: places with a number, a width and a form (D, N, F, X with a count of digits). Throws a `ShellFailure`. */
export function formatted(pattern: string, values: readonly Value[]): string {
  return pattern.replace(
    /\{\{|\}\}|\{([0-9]{1,3})(?:,(-?[0-9]{1,3}))?(?::([A-Za-z0]{0,20}[0-9]{0,2}))?\}/g,
    (whole, place, width, form) => {
      if (whole === '{{' || whole === '}}') return whole.charAt(0);
      const index = Number(place);
      if (index >= values.length)
        throw usage(`the text has a place {${place}}, but only ${values.length} values are given`);
      const text = inForm(values[index] ?? null, form ?? '');
      const columns = Math.min(Math.abs(Number(width ?? 0)), 200);
      return Number(width ?? 0) < 0 ? text.padEnd(columns) : text.padStart(columns);
    },
  );
}

function inForm(value: Value, form: string): string {
  const number = numberIn(value);
  if (form === '' || typeof value === 'string' || number === undefined) return textOf(value);
  if (/^0+$/.test(form)) return padded(number, form.length);
  const digits = form.length > 1 ? Math.min(Number(form.slice(1)), LONGEST_NUMBER) : undefined;
  switch (form.charAt(0).toUpperCase()) {
    case 'D':
      return padded(number, digits ?? 0);
    case 'X':
      return Math.trunc(number)
        .toString(16)
        .padStart(digits ?? 0, '0')
        [form.charAt(0) === 'X' ? 'toUpperCase' : 'toLowerCase']();
    case 'F':
      return number.toFixed(Math.min(digits ?? 2, 20));
    case 'N':
      return number.toLocaleString('en-US', {
        minimumFractionDigits: Math.min(digits ?? 2, 20),
        maximumFractionDigits: Math.min(digits ?? 2, 20),
      });
    default:
      throw usage(`the form ${JSON.stringify(form)} is not known: there are D, F, N and X`);
  }
}

function padded(number: number, digits: number): string {
  const whole = String(Math.abs(Math.trunc(number))).padStart(Math.min(digits, LONGEST_NUMBER), '0');
  return number < 0 ? `-${whole}` : whole;
}
