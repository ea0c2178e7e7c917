/** Thrown where a query cannot be read. The message is for people and names the place. */
export class QueryError extends Error {
  /** Where it stopped: characters from the beginning, the first is 0, as JavaScript counts them. */
  readonly position: number;
  /** What could have stood there. */
  readonly expected: string;

  constructor(position: number, found: string, expected: string) {
    super(`Character ${position + 1}: ${found} ${expected}.`);
    this.name = 'QueryError';
    this.position = position;
    this.expected = expected;
  }
}
