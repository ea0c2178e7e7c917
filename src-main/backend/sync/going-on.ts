import type { SweepRow } from '../store/sweeps.ts';

/** A sweep that paused for longer would tell of the remote as it was too long ago. */
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * How an interrupted sweep goes on: with the kinds that it need not read again, or null where all is read anew. By
 * itself it goes on after a pause of up to an hour, which makes it no older than a slower remote would; who asks for a
 * sync is shown what is there from then on. A first pull goes on in any case with the relationships that it has not
 * read, for before it ends there is nothing to be wrong about. Pure.
 */
export function toGoingOn(
  open: SweepRow,
  { now, automatic }: { readonly now: Date; readonly automatic: boolean },
): Pick<SweepRow, 'id' | 'readKinds'> | null {
  const pauseMs = open.wentOnAt === null ? Number.NaN : now.getTime() - Date.parse(open.wentOnAt);
  const isShort = pauseMs >= 0 && pauseMs <= LONGEST_PAUSE_MS; // a clock that was set back tells no pause
  if (automatic && isShort) return { id: open.id, readKinds: open.readKinds };
  return open.isFirst ? { id: open.id, readKinds: [] } : null;
}
