import { isSpoken, type Template, type TemplatePart } from './template.ts';

/**
 * Gives each template the recordings that replace the voice: `<id>.wav` for a prompt without placeholders, `<id>.<n>.wav`
 * for the n-th text between placeholders (from 1), and `<id>.<plural>...` where there are plural forms.
 */
export function withRecordings(
  prompts: ReadonlyMap<string, Template>,
  recordings: ReadonlyMap<string, string>,
): ReadonlyMap<string, Template> {
  if (recordings.size === 0) return prompts;
  return new Map([...prompts].map(([id, template]) => [id, recorded(id, template, recordings)]));
}

function recorded(id: string, template: Template, recordings: ReadonlyMap<string, string>): Template {
  if (template.tone) return { ...template, recording: recordings.get(id) };
  const forms = [...template.forms].map(([plural, parts]): [string, readonly TemplatePart[]] => {
    const name = template.forms.size > 1 ? `${id}.${plural}` : id;
    return [plural, recordedParts(name, parts, recordings)];
  });
  return { ...template, forms: new Map(forms) };
}

function recordedParts(
  name: string,
  parts: readonly TemplatePart[],
  recordings: ReadonlyMap<string, string>,
): readonly TemplatePart[] {
  const whole = parts.length === 1;
  let text = 0;
  return parts.map(part => {
    if (part.kind !== 'text' || !isSpoken(part.text)) return part;
    text++;
    return { ...part, recording: recordings.get(whole ? name : `${name}.${text}`) };
  });
}
