/** Where a reader of the text stands. */
export interface Place {
  readonly text: string;
  position: number;
}

/** Reads what the pattern (a sticky one) finds here, and goes on behind it. */
export function take(place: Place, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = place.position;
  const match = pattern.exec(place.text);
  if (match !== null) place.position += match[0].length;
  return match;
}
