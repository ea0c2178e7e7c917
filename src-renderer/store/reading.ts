import { isCancelled } from './problems.ts';

/** One question that the window keeps asking while it shows the answer. */
export interface ReadingOptions<P, T> {
  /** What to ask for now; null while nothing of it is shown. */
  readonly wanted: () => P | null;
  readonly read: (params: P) => Promise<T>;
  /** Takes the answer, or null once nothing is wanted any more. */
  readonly write: (answer: T | null, params: P | null) => void;
  /** Takes the error of an answer that was not overtaken. */
  readonly fail: (error: unknown) => void;
  /**
   * Where given, going back to what was answered last asks nothing, as long as nothing has changed since: what was
   * asked in between is told here, for nobody waits for it any more.
   */
  readonly goneBack?: () => void;
}

export interface Reading {
  /** Asks if what is wanted differs from what was asked last. */
  readonly follow: () => void;
  /** Asks again for what is wanted, because the answer may have changed. */
  readonly refresh: () => void;
}

/**
 * Keeps one answer up to date. An answer overtaken by a later question is dropped. While a question is open, asking the
 * same again is remembered and done once afterwards, so that a flood of changes costs one question at a time.
 */
export function createReading<P, T>(options: ReadingOptions<P, T>): Reading {
  let sequence = 0;
  let askedKey: string | null = null;
  let open = false;
  let again = false;
  let answered: { readonly key: string; readonly isStale: boolean } | null = null;

  const settle = (asked: number, use: () => void) => {
    if (asked !== sequence) return;
    open = false;
    use();
    if (!again) return;
    again = false;
    refresh();
  };

  const ask = (params: P, key: string) => {
    sequence += 1;
    const asked = sequence;
    askedKey = key;
    open = true;
    again = false;
    options.read(params).then(
      (answer) =>
        settle(asked, () => {
          answered = { key, isStale: false };
          options.write(answer, params);
        }),
      (error: unknown) =>
        settle(asked, () => {
          answered = null;
          if (isCancelled(error)) again = false; // who ended it does not want it anew
          options.fail(error);
        }),
    );
  };

  const goBack = (key: string) => {
    sequence += 1;
    askedKey = key;
    open = false;
    again = false;
    options.goneBack?.();
  };

  const stop = () => {
    if (askedKey === null) return;
    sequence += 1;
    askedKey = null;
    open = false;
    again = false;
    answered = null;
    options.write(null, null);
  };

  const refresh = () => {
    if (answered !== null) answered = { ...answered, isStale: true };
    const params = options.wanted();
    if (params === null) return stop();
    const key = JSON.stringify(params);
    if (open && key === askedKey) {
      again = true;
      return;
    }
    ask(params, key);
  };

  const follow = () => {
    const params = options.wanted();
    if (params === null) return stop();
    const key = JSON.stringify(params);
    if (key === askedKey) return;
    const isAnswered = answered?.key === key && !answered.isStale;
    if (isAnswered && options.goneBack !== undefined) goBack(key);
    else ask(params, key);
  };

  return { follow, refresh };
}
