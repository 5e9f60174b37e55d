export { FakeCall, type FakeCallOptions } from './fake-call.ts';
export { type CallerStep, caller } from './script.ts';
