/** One question that the window keeps asking while it shows the answer. */
export interface ReadingOptions<P, T> {
  /** What to ask for now; null while nothing of it is shown. */
  readonly wanted: () => P | null;
  readonly read: (params: P) => Promise<T>;
  /** Takes the answer, or null once nothing is wanted any more. */
  readonly write: (answer: T | null, params: P | null) => void;
  /** Takes the error of an answer that was not overtaken. */
  readonly fail: (error: unknown) => void;
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
      (answer) => settle(asked, () => options.write(answer, params)),
      (error: unknown) => settle(asked, () => options.fail(error)),
    );
  };

  const stop = () => {
    if (askedKey === null) return;
    sequence += 1;
    askedKey = null;
    open = false;
    again = false;
    options.write(null, null);
  };

  const refresh = () => {
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
    if (key !== askedKey) ask(params, key);
  };

  return { follow, refresh };
}
