import { Coverage } from '../coverage.ts';
import { fuzz } from '../fuzz.ts';

const coverage = new Coverage(/planted\/defect/);
const { planted } = await import('./defect.ts');
const target = { name: 'planted', seeds: [Buffer.from('hello')], run: planted, declared: () => false };
const { runs, finding } = fuzz(target, coverage, { seed: 1, goOn: done => done < 500_000 });
coverage.stop();
if (!finding) throw new Error(`not found in ${runs} runs`);
console.log(`found "${Buffer.from(finding.input).toString('latin1')}" after ${runs} runs`);
