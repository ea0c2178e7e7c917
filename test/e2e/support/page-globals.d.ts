import type { Bridge } from '../../../src-preload/contract/bridge.ts';

declare global {
  interface Window {
    readonly weft: Bridge;
  }
}
