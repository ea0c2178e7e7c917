/** Functions that run inside Weft's page or its main process: each stands for itself and brings nothing along. */

/** The page's bridge for whatever is asked by name. */
interface Loose {
  request(
    channel: string,
    params: unknown,
  ): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Error }>;
  onEvent(event: string, listener: (told: { readonly phase: string }) => void): () => void;
}

/** Something that took so long, and when it ended, both in milliseconds. */
export type Timed = readonly [endedAt: number, took: number];

export interface Watched {
  readonly reads: readonly Timed[];
  /** From one tick of the page's thread to the next. */
  readonly gaps: readonly Timed[];
}

/** In the page: from now on neighbourhoods are asked one after another, and the page's thread is watched. */
export function startWatching(entities: number): void {
  const watched = { reads: [] as Timed[], gaps: [] as Timed[], running: true, last: performance.now() };
  Reflect.set(window, 'watched-by-bench', watched);
  const tick = setInterval(() => {
    const now = performance.now();
    watched.gaps.push([now, now - watched.last]);
    watched.last = now;
    if (!watched.running) clearInterval(tick);
  }, 5);
  const { request } = window.weft as unknown as Loose; // the root is a number here
  let seed = 5;
  const read = async () => {
    while (watched.running) {
      seed = (seed * 48_271) % 2_147_483_647;
      const roots = [1 + (seed % entities)];
      const startedAt = performance.now();
      const result = await request('graph:neighbourhood', { roots, limit: 60 });
      if (!result.ok) throw new Error(result.error.message);
      const now = performance.now();
      watched.reads.push([now, now - startedAt]);
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
  };
  void read();
}

/** In the page: what was seen since `startWatching`, which ends. */
export function stopWatching(): Watched {
  const watched = Reflect.get(window, 'watched-by-bench') as Watched & { running: boolean }; // set by startWatching
  watched.running = false;
  return { reads: watched.reads, gaps: watched.gaps };
}

/** In the main process: notes from now on how long its thread is away. */
export function startTicking(): void {
  const ticks = { gaps: [] as Timed[], last: performance.now(), timer: setInterval(() => note(), 5) };
  const note = () => {
    const now = performance.now();
    ticks.gaps.push([now, now - ticks.last]);
    ticks.last = now;
  };
  Reflect.set(globalThis, 'ticks-of-bench', ticks);
}

/** In the main process: the gaps since `startTicking`, which ends. */
export function stopTicking(): readonly Timed[] {
  const ticks = Reflect.get(globalThis, 'ticks-of-bench') as { gaps: Timed[]; timer: NodeJS.Timeout }; // set by startTicking
  clearInterval(ticks.timer);
  return ticks.gaps;
}

/** In the page: asks, and throws where the answer is an error. */
export async function askInPage([channel, params]: readonly [string, unknown]): Promise<unknown> {
  const { request } = window.weft as unknown as Loose; // named by the bench
  const result = await request(channel, params);
  if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
  return result.value;
}

export interface Cancelling {
  readonly work: readonly [channel: string, params: unknown];
  /** The event and the phase in it that tell that the work is in the middle. */
  readonly event: string;
  readonly phase: string;
  readonly cancel: readonly [channel: string, params: unknown];
}

/** In the page: begins, cancels in the middle, and says how long after that the work has ended. */
export async function timeCancel({ work, event, phase, cancel }: Cancelling): Promise<number> {
  const { request, onEvent } = window.weft as unknown as Loose; // named by the bench
  const middle = new Promise<void>((resolve) => {
    const stop = onEvent(event, (told) => {
      if (told.phase !== phase) return;
      stop();
      setTimeout(resolve, 150);
    });
  });
  const ended = request(...work).then((result) => ({ result, at: performance.now() }));
  const isEarly = await Promise.race([middle.then(() => false), ended.then(() => true)]);
  if (isEarly) throw new Error(`${work[0]} ended before it was cancelled: ${JSON.stringify(await ended)}`);
  const cancelledAt = performance.now();
  await request(...cancel);
  return (await ended).at - cancelledAt;
}
