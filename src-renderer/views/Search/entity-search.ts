import { createSpotlight } from '@mantine/spotlight';

/** The one search over all entities; `open` is what buttons, shortcuts and the menu call. */
export const [entitySearchStore, entitySearch] = createSpotlight();

/** Moves the choice to the first of what was found: Mantine does so while one types, before the answer is there. */
export function chooseFirst(): void {
  const { listId } = entitySearchStore.getState();
  const list = document.getElementById(listId);
  list?.querySelector('[data-selected]')?.removeAttribute('data-selected');
  list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  entitySearchStore.updateState((state) => ({ ...state, selected: 0 }));
}
