/** What happened, as a running hash and, where someone looks, as lines. */
export interface Trace {
  add(line: string): void;
  hash(): string;
  readonly lines: readonly string[];
}

export function createTrace(isKept: boolean): Trace {
  let hash = 0x811c9dc5;
  const lines: string[] = [];
  return {
    lines,
    hash: () => hash.toString(16).padStart(8, '0'),
    add: (line) => {
      for (let at = 0; at < line.length; at += 1)
        hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193) >>> 0;
      if (isKept) lines.push(line);
    },
  };
}
