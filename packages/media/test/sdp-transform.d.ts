/** What is used of sdp-transform, which has no types of its own. */
declare module 'sdp-transform' {
  interface Media {
    readonly type: string;
    readonly port: number;
    readonly protocol: string;
    readonly payloads?: string | number;
    readonly direction?: string;
    readonly rtp: readonly {
      readonly payload: number;
      readonly codec: string;
      readonly rate?: number;
      readonly encoding?: number | string;
    }[];
    readonly crypto?: readonly { readonly id: number; readonly suite: string; readonly config: string }[];
  }

  export function parse(text: string): {
    readonly origin?: { readonly sessionId: number; readonly address: string };
    readonly connection?: { readonly version: number; readonly ip: string };
    readonly media: readonly Media[];
  };
}
