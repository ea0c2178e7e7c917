import { isCancelled, toNoticeText, toProblem } from './problems.ts';
import type { Notice } from './state.ts';
import { type AppStore, patchView } from './store.ts';

export type Notices = ReturnType<typeof createNotices>;

/** Notices of the window: told once each, oldest first. */
export function createNotices(store: AppStore) {
  let lastId = 0;
  const tell = (tone: Notice['tone'], title: string, text: string) => {
    lastId += 1;
    patchView(store, { notices: [...store.getState().view.notices, { id: lastId, tone, title, text }] });
  };
  const dismiss = (id: number) =>
    patchView(store, { notices: store.getState().view.notices.filter((notice) => notice.id !== id) });

  /** Does the work; where it fails, says so and answers undefined. `what` completes “Could not …”. */
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      tell('bad', `Could not ${what}`, toNoticeText(error));
      return undefined;
    }
  };
  /** Waits for work that the person can cancel; where they did, says so as such and answers undefined. */
  const tellIfCancelled = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (!isCancelled(error)) throw error;
      tell('plain', 'Cancelled', toProblem(error).message);
      return undefined;
    });
  return { tell, dismiss, attempt, tellIfCancelled };
}
