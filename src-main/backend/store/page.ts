/** A part of a list: so many rows, after so many. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}
