/** Thrown where a query cannot be read. The message is for people and names the place. */
export class QueryError extends Error {
  /** Where it stopped, from 0, as JavaScript counts: some characters, such as 🏭, are two there. */
  readonly position: number;
  /** What stood there. */
  readonly found: string;
  /** What could have stood there. */
  readonly expected: string;

  /** `before` is the text up to the position, whose characters are counted as people do; without, as JavaScript does. */
  constructor(position: number, found: string, expected: string, before?: string) {
    const characters = before === undefined ? position : Array.from(before).length;
    super(`Character ${characters + 1}: ${found} ${expected}.`);
    this.name = 'QueryError';
    this.position = position;
    this.found = found;
    this.expected = expected;
  }
}

/** Reads a text; where it cannot be read, the message counts its characters as people do. */
export function readCounting<T>(text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { position, found, expected } = error;
    throw new QueryError(position, found, expected, text.slice(0, position));
  }
}
