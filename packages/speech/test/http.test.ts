import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { codeOf } from '@parley/base';
import { writeWav } from '@parley/media';
import { voiceContract } from '../src/engines/contract.ts';
import { HttpVoice, type HttpVoiceOptions } from '../src/engines/http.ts';

const RATE = 24_000;
type Answer = (request: { url: string; key?: string; body: Record<string, string> }, response: ServerResponse) => void;

const speak: Answer = ({ body }, response) => {
  const samples = Int16Array.from({ length: (body.input.length * RATE) / 16 }, (_, i) => 6000 * Math.sin(i / 6));
  response.end(body.response_format === 'wav' ? writeWav(samples, RATE) : Buffer.from(samples.buffer));
};

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** A voice with a service of its own, which ends with it. */
async function open(answer: Answer = speak, options: Partial<HttpVoiceOptions> = {}): Promise<HttpVoice> {
  const server = createServer(async (request, response) => {
    answer({ url: request.url ?? '', key: request.headers.authorization, body: await bodyOf(request) }, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const voice = new HttpVoice({
    url: `http://127.0.0.1:${port}/`,
    model: 'tts-1',
    voices: { 'en-US': 'ann', 'fr-FR': 'zoé' },
    ...options,
  });
  const close = voice.close.bind(voice);
  voice.close = async () => {
    await close();
    server.closeAllConnections();
    server.close();
  };
  return voice;
}

voiceContract({
  name: 'behind HTTP',
  open: () => open(),
  sentences: { 'en-US': 'one two three', 'fr-FR': 'un deux' },
  speaks: false,
});
voiceContract({
  name: 'behind HTTP, PCM',
  open: () => open(speak, { format: 'pcm' }),
  sentences: { 'en-US': 'one two three' },
  speaks: false,
});

test('the request is that of the OpenAI dialect', async () => {
  let asked: Parameters<Answer>[0] | undefined;
  const voice = await open(
    (request, response) => {
      asked = request;
      speak(request, response);
    },
    { key: 'secret' },
  );
  await voice.speak('bonjour', 'fr-FR');
  await voice.close();
  assert.deepEqual(asked, {
    url: '/v1/audio/speech',
    key: 'Bearer secret',
    body: { model: 'tts-1', voice: 'zoé', input: 'bonjour', response_format: 'wav' },
  });
  assert.doesNotMatch(voice.name, /secret/);
});

const FAILURES: Readonly<Record<string, { answer: Answer; reason: RegExp }>> = {
  'a refusal': { answer: (_, response) => response.writeHead(401).end('no'), reason: /answered 401/ },
  'a redirect, which would take key and text elsewhere,': {
    answer: (request, response) =>
      request.url === '/elsewhere'
        ? speak(request, response)
        : response.writeHead(307, { location: '/elsewhere' }).end(),
    reason: /redirect|fetch failed/,
  },
  'what is no WAV file': { answer: (_, response) => response.end('{"error":"busy"}'), reason: /not a WAV file/ },
  'too much': { answer: (_, response) => response.end(Buffer.alloc(70_000)), reason: /larger than 65536 bytes/ },
  'no answer': { answer: () => undefined, reason: /timeout/ },
  'half an answer': {
    answer: (_, response) => response.writeHead(200, { 'content-length': 99 }).write('RIFF', () => response.destroy()),
    reason: /./,
  },
};

for (const [name, { answer, reason }] of Object.entries(FAILURES))
  test(`${name} fails that text`, async () => {
    const voice = await open(answer, { requestMillis: 300, largestBytes: 65_536 });
    await assert.rejects(
      voice.speak('hello', 'en-US'),
      error => codeOf(error) === 'VOICE_FAILED' && reason.test(String(error)),
    );
    await voice.close();
  });
