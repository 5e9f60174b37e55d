/** The part of opusscript that is used: libopus 1.4 as WebAssembly, below the wrapper of the package (see `opus.ts`). */
declare module 'opusscript/build/opusscript_native_wasm.js' {
  /** An encoder and a decoder. Addresses are octets in the memory of the module. */
  interface OpusHandler {
    /** With 0 for `octets` the samples are taken as they lie at `from`, 16 bits each. Returns octets at `to`, negative for an error. */
    _encode(from: number, octets: number, to: number, samples: number): number;
    /** Writes two octets of 16 bits for each sample; returns samples (up to 5,760), negative for an error. */
    _decode(from: number, octets: number, to: number): number;
    _encoder_ctl(request: number, value: number): number;
    _decoder_ctl(request: number, value: number): number;
  }

  interface OpusModule {
    /** Views of the memory; others after it grew. */
    readonly HEAPU8: Uint8Array;
    readonly HEAP16: Int16Array;
    readonly OpusScriptHandler: {
      new (rate: number, channels: number, application: number): OpusHandler;
      destroy_handler(handler: OpusHandler): void;
    };
    _malloc(octets: number): number;
  }

  /** Compiles and starts it, in this turn; about 6 ms and 16 MB. */
  export default function open(): OpusModule;
}
