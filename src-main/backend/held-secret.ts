/** A secret that is in use before it is stored: a remote may exchange it meanwhile. */
export interface HeldSecret {
  current(): string;
  save(secret: string): Promise<void>;
}

export function holdSecret(secret: string): HeldSecret {
  let held = secret;
  return {
    current: () => held,
    save: async (next) => {
      held = next;
    },
  };
}
