/** How long others may wait at most while something is answered, in milliseconds: our own choice. */
export const PATIENCE_MS = 50;

/** Measures the turns of the event loop; its end answers with the longest, in milliseconds. */
export function watchTurns() {
  let longest = 0;
  let last = performance.now();
  let isWatching = true;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (isWatching) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    end: async () => {
      await new Promise((next) => {
        setImmediate(next);
      });
      isWatching = false;
      return longest;
    },
  };
}
