/** From when on progress is told, and how often, in milliseconds. */
const TOLD_AFTER_MS = 500;
const TOLD_EVERY_MS = 100;

/** Tells how far work is that is quick mostly: nothing of what ends before anybody would ask. */
export interface LateTeller<Progress> {
  soFar(progress: Progress): void;
  /** The work has ended: told only where anything was told before. */
  end(): void;
}

/** `toEnd` makes of the last progress that was told what is told at the end. */
export function createLateTeller<Progress>(
  tell: (progress: Progress) => void,
  toEnd: (last: Progress) => Progress,
): LateTeller<Progress> {
  let toldAt = performance.now() + TOLD_AFTER_MS - TOLD_EVERY_MS;
  let told: { readonly progress: Progress } | null = null;
  return {
    soFar: (progress) => {
      const now = performance.now();
      if (now - toldAt < TOLD_EVERY_MS) return;
      [toldAt, told] = [now, { progress }];
      tell(progress);
    },
    end: () => {
      if (told !== null) tell(toEnd(told.progress));
    },
  };
}
