import type { PastLine, PastQuestion } from './history-state.ts';
import type { ListStart } from './state.ts';
import { type Followed, followList, type Wiring } from './wiring.ts';

/** Keeps what is looked at of the past equal to what the backend says of it. */
export function readPast({ view, server, patch, request, fail }: Wiring): Followed {
  const ask = async (
    { at, showing }: Pick<PastQuestion, 'at' | 'showing'>,
    offset: number,
    limit: number,
  ): Promise<ListStart<PastLine>> => {
    if (showing === 'difference') {
      const now = new Date().toISOString();
      return await request('history:diff', { from: at, to: now, offset, limit });
    }
    const { total, rows } = await request('history:as-of', { at, offset, limit });
    return {
      total,
      rows: rows.map(({ type, ...relationship }) => ({
        change: null,
        relationship,
        before: type,
        after: type,
      })),
    };
  };
  return followList(['history', 'relationships', 'entities'], {
    wanted: () => {
      const { openPath, panel, past } = view();
      if (openPath === null || panel !== 'history' || past === null) return null;
      const { at, showing, range } = past;
      return { params: { path: openPath, at, showing }, range };
    },
    read: ask,
    cache: () => server().past,
    write: (past) => patch({ past }),
    fail: fail('what was there then'),
  });
}
