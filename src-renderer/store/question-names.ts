import type { Request } from '../api/request.ts';

/** Names by which the questions of one reading are cancelled. */
export interface QuestionNames {
  /** A name for the next question; the one before is cancelled, since its answer would be dropped. */
  readonly next: () => string;
  /** The name of the question that is asked, in one part or several. */
  readonly current: () => string;
  /** Whether the question of that name is still asked. */
  readonly isAsked: (name: string) => boolean;
  readonly cancel: () => void;
}

export function createQuestionNames(request: Request, prefix: string): QuestionNames {
  let asked = 0;
  let name: string | null = null;
  const cancel = () => {
    // it fails only where the data process has ended, and the question with it
    if (name !== null) request('query:cancel', { name }).catch(() => undefined);
    name = null;
  };
  const next = () => {
    cancel();
    asked += 1;
    name = `${prefix}-${asked}`;
    return name;
  };
  return { next, current: () => name ?? next(), isAsked: (one) => one === name, cancel };
}
