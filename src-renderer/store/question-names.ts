import type { Wiring } from './wiring.ts';

/** Names for questions of one sort, of which only the newest is still wanted. */
export interface QuestionNames {
  /** A name for the next one; the one before is cancelled, since its answer would be dropped. */
  next(): string;
  cancel(): void;
}

export function createQuestionNames(request: Wiring['request'], sort: string): QuestionNames {
  let asked = 0;
  let current: string | null = null;
  const cancel = () => {
    // it fails only where the data process has ended, and the question with it
    if (current !== null) request('query:cancel', { name: current }).catch(() => undefined);
    current = null;
  };
  return {
    next: () => {
      cancel();
      asked += 1;
      current = `${sort}-${asked}`;
      return current;
    },
    cancel,
  };
}
