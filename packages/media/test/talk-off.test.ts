import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { resample } from '../src/audio/resample.ts';
import { ToneDetector } from '../src/dtmf/tone-detector.ts';

const VOICE = fileURLToPath(new URL('../../speech-espeak/src/main.ts', import.meta.url));

/** Vowels of all kinds, numbers, and what people say to a machine. */
const TEXTS: Readonly<Record<string, string>> = {
  'en-US': `Hello, this is Anna Owens, please call me back on five five five, oh one nine, seven seven three. I know you are away until
    Tuesday, so there is no hurry. Who are you? We saw her early. One, two, three, four, five, six, seven, eight, nine, ten. You too! Easy does it.`,
  'fr-FR': `Bonjour, ici Émile Aubry. Je voudrais vous joindre au sujet de la réunion de jeudi. Où êtes-vous? Mon numéro est le zéro un,
    quarante, vingt, cinquante-six. Merci beaucoup, au revoir. Oui oui, tout à l'heure, il a une idée.`,
  'de-DE': `Guten Tag, hier spricht Uwe Müller. Bitte rufen Sie mich zurück, null sechs neun, acht acht sieben zwei. Ich bin über Mittag
    außer Haus. Auf Wiederhören! Eins, zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn.`,
  'es-ES':
    'Hola, soy Eva Ibáñez. Llámame cuando puedas, al seis cinco cuatro, tres dos uno. Oye, ¿qué haces hoy? Uno, dos, tres, cuatro.',
};

interface Spoken {
  readonly samples: Int16Array;
  readonly rate: number;
}

/** What the embedded voice makes of the texts. It is a program of its own, spoken to in frames of 4 bytes of length and JSON, with samples behind. */
async function speak(): Promise<Spoken[]> {
  const program = spawn(process.execPath, [VOICE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const requests = Object.entries(TEXTS).map(([language, text], id) => JSON.stringify({ id, text, language }));
  for (const request of requests) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(request));
    program.stdin.write(Buffer.concat([length, Buffer.from(request)]));
  }
  let bytes = Buffer.alloc(0);
  for await (const chunk of program.stdout) {
    bytes = Buffer.concat([bytes, chunk]);
    const spoken = answers(bytes);
    if (spoken.length < requests.length) continue;
    program.kill();
    return spoken;
  }
  throw new Error('the voice ended before it had said everything');
}

/** The answers that are there as a whole. */
function answers(bytes: Buffer): Spoken[] {
  const spoken: Spoken[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const start = at + 4 + bytes.readUInt32BE(at);
    if (start > bytes.length) break;
    const { samples: count = 0, rate } = JSON.parse(bytes.toString('utf8', at + 4, start));
    at = start + 2 * count;
    if (count === 0 || at > bytes.length) continue;
    spoken.push({ rate, samples: Int16Array.from({ length: count }, (_, i) => bytes.readInt16LE(start + 2 * i)) });
  }
  return spoken;
}

/** Voices from a man's to a child's: sound of these rates, played at 8 kHz. */
const RATES = [10_500, 9500, 8500, 8000, 7200, 6400, 5600, 5000];

test('in six minutes of speech in four languages and eight pitches nobody says a key', async () => {
  let minutes = 0;
  for (const { samples, rate } of await speak())
    for (const slower of RATES) {
      const heard = Int32Array.from(resample(samples, rate, slower));
      const detector = new ToneDetector();
      let keys = '';
      for (let at = 0; at < heard.length; at += 160) {
        const frame = heard.subarray(at, at + 160);
        keys += detector.hear(frame, frame.length) ?? '';
      }
      assert.equal(keys, '', `at ${slower} Hz`);
      minutes += heard.length / 480_000;
    }
  assert.ok(minutes > 6, `${minutes.toFixed(1)} minutes`);
});
