/** A shorter one is no key, and taking it out would tear an answer apart. */
const SHORTEST = 4;

/** A text without the secrets that somebody said back in it, also as they stand inside JSON. */
export function conceal(text: string, secrets: readonly string[]): string {
  return secrets
    .filter(({ length }) => length >= SHORTEST)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .reduce((rest, secret) => rest.replaceAll(secret, '•••'), text);
}
