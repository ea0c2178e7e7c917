/** For a connection that has nothing but its address and a key that stays. */
export const plainAccess = { options: {}, saveSecret: async (): Promise<void> => undefined } as const;

/** The browser of a test that signs in nowhere. */
export async function noBrowser(url: string): Promise<void> {
  throw new Error(`Nobody asked for ${url}`);
}
