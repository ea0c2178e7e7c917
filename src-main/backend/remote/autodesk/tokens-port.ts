/** Where the access tokens of one sign-in come from. Every call may throw `sign-in-expired`. */
export interface Tokens {
  /** One that is believed to be in force. */
  accessToken(signal: AbortSignal): Promise<string>;
  /** Another one than `token`, which the remote did not accept. */
  refused(token: string, signal: AbortSignal): Promise<string>;
}
