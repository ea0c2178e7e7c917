import { createSpotlight } from '@mantine/spotlight';

/** The one search over all entities; `open` is what buttons, shortcuts and the menu call. */
export const [entitySearchStore, entitySearch] = createSpotlight();
