/** The line on which each item of a JSON array begins, counted from 1. The text is known to be JSON. Pure. */
export function findLinesOfItems(text: string): number[] {
  const lines: number[] = [];
  let [line, depth] = [1, 0];
  let awaited = false;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"]|\n/gu)) {
    if (token === '\n') {
      line += 1;
      continue;
    }
    if (awaited && token !== ']') lines.push(line);
    awaited = false;
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth === 1) awaited = token === ',' || (token === '[' && lines.length === 0);
  }
  return lines;
}
