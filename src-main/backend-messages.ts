/** The few messages between main and the backend process; requests of the page go over ports of their own. */

/** From main to the backend. */
export type FromMain =
  /** A port to the page travels with it. */
  | { readonly kind: 'port' }
  | { readonly kind: 'close' }
  | {
      readonly kind: 'open';
      readonly id: string;
      /** Why it could not be opened; null where it was. */
      readonly error: string | null;
    }
  | {
      readonly kind: 'secret';
      readonly id: string;
      readonly reference: string;
      /** Null where it is not to be had, and after a write or a removal. */
      readonly secret: string | null;
      readonly persisted: boolean;
      readonly reason: string | null;
      /** Why it could not be stored or removed. */
      readonly error: string | null;
    };

/** From the backend to main. */
export type ToMain =
  | { readonly kind: 'log'; readonly line: string }
  /** The page of a sign-in, for the system's browser. */
  | { readonly kind: 'open'; readonly id: string; readonly url: string }
  | {
      readonly kind: 'secret';
      readonly id: string;
      readonly action: 'read' | 'write' | 'remove';
      readonly reference: string | null;
      readonly secret: string | null;
    };
