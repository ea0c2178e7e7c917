/** Orders texts by their characters, the same on every computer. Pure. */
export function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
