import type { Clock } from '../ports.ts';

/** How fast a client sends, as it learns from the answers. Rates are in requests per second. */
export interface Pace {
  readonly rate: number;
  /** How many requests may be under way at a time. */
  readonly concurrency: number;
  /** Resolves once the next request may leave. Rejects when the signal aborts. */
  turn(signal: AbortSignal): Promise<void>;
  /** An answer came in time: a little more is tried. */
  noteAnswer(tookMs: number): void;
  /** The remote asked for a pause or was overloaded: much less is tried. */
  noteTrouble(): void;
}

export interface PaceOptions {
  readonly rate: number;
  /** Never faster than this. */
  readonly highest: number;
  /** Never more than so many requests at a time. */
  readonly concurrency: number;
  readonly clock: Clock;
  /** Told of every change of the rate by more than a tenth. */
  onChange(rate: number): void;
}

/** Slower than this would be of no use: one request in five seconds. */
const LOWEST_RATE = 0.2;
const DECREASE = 0.7;
/** So much of the highest rate is added in a second without trouble, until trouble came once. */
const QUICK_SHARE = 0.01;
/** Afterwards it is so much of the rate at which trouble came. */
const CAREFUL_SHARE = 0.02;
/** So many answers without trouble allow one more request at a time. */
const CALM_ANSWERS = 8;
/** Answers that belong to the same trouble count once. */
const SAME_TROUBLE_MS = 1000;
/** An answer is slow if it took this long, and so many times as long as the quickest. */
const SLOW_MS = 3000;
const SLOW_TIMES = 4;
/** Turns that lie further ahead than these many come of a clock that was set back. */
const MOST_AHEAD = 256;

interface State {
  readonly options: PaceOptions;
  rate: number;
  told: number;
  concurrency: number;
  calm: number;
  /** The rate at which trouble came last. */
  troubledRate: number | null;
  troubledAt: number;
  quickestMs: number;
  /** When the request after all that have a turn would leave if they were evenly spread. */
  nextAt: number;
}

/**
 * Additive increase, multiplicative decrease, between bounds. The share of one second may leave at once; on average
 * the rate holds.
 */
export function createPace(options: PaceOptions): Pace {
  const rate = Math.min(options.rate, options.highest);
  const state: State = {
    options,
    rate,
    told: rate,
    concurrency: Math.ceil(options.concurrency / 2),
    calm: 0,
    troubledRate: null,
    troubledAt: Number.NEGATIVE_INFINITY,
    quickestMs: Number.POSITIVE_INFINITY,
    nextAt: 0,
  };
  return {
    get rate() {
      return state.rate;
    },
    get concurrency() {
      return state.concurrency;
    },
    turn: async (signal) => {
      const waitMs = takeTurn(state);
      if (waitMs > 0) await options.clock.sleep(waitMs, signal);
    },
    noteAnswer: (tookMs) => noteAnswer(state, tookMs),
    noteTrouble: () => slowDown(state, DECREASE),
  };
}

function takeTurn(state: State): number {
  const now = state.options.clock.now().getTime();
  const interval = 1000 / state.rate;
  const burst = Math.max(1, Math.round(state.rate)) - 1;
  if (state.nextAt - now > (burst + MOST_AHEAD) * interval) state.nextAt = now;
  const waitMs = Math.ceil(state.nextAt - now - burst * interval);
  state.nextAt = Math.max(state.nextAt, now) + interval;
  return waitMs;
}

function noteAnswer(state: State, tookMs: number): void {
  state.quickestMs = Math.min(state.quickestMs, tookMs);
  if (tookMs > SLOW_MS && tookMs > SLOW_TIMES * state.quickestMs) {
    slowDown(state, 0.9);
    return;
  }
  const { highest, concurrency } = state.options;
  const inSecond = state.troubledRate === null ? highest * QUICK_SHARE : state.troubledRate * CAREFUL_SHARE;
  setRate(state, state.rate + inSecond / Math.max(1, state.rate));
  state.calm += 1;
  if (state.calm < CALM_ANSWERS) return;
  state.calm = 0;
  state.concurrency = Math.min(concurrency, state.concurrency + 1);
}

function slowDown(state: State, factor: number): void {
  const now = state.options.clock.now().getTime();
  state.calm = 0;
  if (Math.abs(now - state.troubledAt) < SAME_TROUBLE_MS) return;
  state.troubledAt = now;
  state.troubledRate = state.rate;
  state.concurrency = Math.max(1, Math.floor(state.concurrency / 2));
  setRate(state, state.rate * factor);
}

function setRate(state: State, rate: number): void {
  const { highest, onChange } = state.options;
  state.rate = Math.min(highest, Math.max(Math.min(LOWEST_RATE, highest), rate));
  if (Math.abs(state.rate - state.told) <= state.told / 10) return;
  state.told = state.rate;
  onChange(state.rate);
}
