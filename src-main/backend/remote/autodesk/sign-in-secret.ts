import { z } from 'zod';

/** Idle for longer, a refresh token is dead. From the vendor's guide to tokens of desktop apps. */
const REFRESH_TOKEN_MS = 15 * 24 * 60 * 60 * 1000;

/** A sign-in as the keychain keeps it. The refresh token is good for one use. */
const SignIn = z.object({
  refreshToken: z.string().min(1),
  accessToken: z.string().min(1),
  /** When the access token ends. */
  expiresAt: z.iso.datetime(),
  /** When the person signed in. */
  signedInAt: z.iso.datetime(),
  /** When the refresh token was given. */
  refreshedAt: z.iso.datetime(),
});
export type SignIn = z.infer<typeof SignIn>;

/** A connection to Autodesk speaks by a sign-in that renews itself, or by an access token that was given to it. */
export type AutodeskSecret =
  | { readonly kind: 'sign-in'; readonly signIn: SignIn }
  | { readonly kind: 'access-token'; readonly accessToken: string };

/** Whatever is not a sign-in is taken for an access token; neither holds the other's form. */
export function parseAutodeskSecret(secret: string): AutodeskSecret {
  const signIn = SignIn.safeParse(parseObject(secret));
  return signIn.success
    ? { kind: 'sign-in', signIn: signIn.data }
    : { kind: 'access-token', accessToken: secret.trim() };
}

function parseObject(text: string): unknown {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // no JSON, so no sign-in
  }
}

/** The text that the keychain is given. */
export function toSecretText(signIn: SignIn): string {
  return JSON.stringify(signIn);
}

/** Until when a sign-in renews itself if nothing renews it before; null for an access token. */
export function readAutodeskSignInExpiry(secret: string): string | null {
  const parsed = parseAutodeskSecret(secret);
  if (parsed.kind === 'access-token') return null;
  return new Date(Date.parse(parsed.signIn.refreshedAt) + REFRESH_TOKEN_MS).toISOString();
}
