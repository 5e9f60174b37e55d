// Parley's embedded voice: a program around espeak-ng that reads texts on standard input and writes sound on standard output.
// Copyright (C) 2026 the authors of Parley
//
// This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License
// as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.
// It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the file COPYING for details.
//
// SPDX-License-Identifier: GPL-3.0-or-later

import { frame, type Request, RequestReader } from './framing.ts';
import { Voice } from './voice.ts';

const voice = await Voice.load();
const reader = new RequestReader();

process.stdout.write(frame({ protocol: 1, name: 'espeak-ng' }));

process.stdin.on('data', (chunk: Buffer) => {
  for (const request of reader.push(chunk)) process.stdout.write(answer(request));
});

/** Whoever started us is gone. */
process.stdin.on('end', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));

function answer({ id, text, language }: Request): Buffer {
  try {
    const samples = voice.speak(text, language);
    return frame({ id, rate: voice.rate, samples: samples.length }, samples);
  } catch (error) {
    return frame({ id, error: error instanceof Error ? error.message : String(error) });
  }
}
