import type { EntityId } from '../../src-preload/contract/model.ts';
import type { Request } from '../api/request.ts';
import { answerForm, type FormAnswer } from './connection-actions.ts';
import type { Notices } from './notices.ts';
import type { OwnEntityDraft } from './state.ts';
import { type AppStore, patchView } from './store.ts';

/** Actions on entities that no remote has. */
export function createOwnEntityActions(
  store: AppStore,
  request: Request,
  { attempt, tell }: Notices,
  openEntity: (id: EntityId) => void,
) {
  return {
    /** Opens the form of an entity of the workspace's own; null closes it. */
    draftOwnEntity: (ownEntity: OwnEntityDraft | null) => patchView(store, { ownEntity }),
    /** Makes or changes it, closes the form and shows it. */
    saveOwnEntity: ({ id, name, kind }: OwnEntityDraft): Promise<FormAnswer<null>> =>
      answerForm(async () => {
        const saved =
          id === null
            ? await request('entities:create', { kind, name, fields: [] })
            : await request('entities:edit', { id, name });
        patchView(store, { ownEntity: null });
        if (id === null) openEntity(saved.id);
        return null;
      }),
    removeOwnEntity: async (id: EntityId, name: string) => {
      const removed = await attempt('remove the entity', () => request('entities:delete', { id }));
      if (removed === null) tell('plain', 'Removed', `${name} is gone. Undo brings it back.`);
    },
  };
}
