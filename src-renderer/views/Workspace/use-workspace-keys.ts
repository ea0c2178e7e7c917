import { useActions } from '../../store/context.ts';
import { useKeys } from '../../ui/use-keys.ts';

/** Keys that work everywhere in an open workspace; they sleep while a person types. */
export function useWorkspaceKeys(): void {
  const actions = useActions();
  useKeys([
    ['mod + Z', () => void actions.undo()],
    ['mod + shift + Z', () => void actions.redo()],
    ['mod + Y', () => void actions.redo()],
    ['mod + S', () => void actions.sync()],
    ['mod + shift + K', () => actions.openConnections(null)],
    ['O', () => actions.togglePanel('outbox')],
    ['H', () => actions.togglePanel('history')],
    ['/', () => document.getElementById('entity-filter')?.focus()],
    ['shift + ?', () => actions.showShortcuts(true)],
    ['?', () => actions.showShortcuts(true)],
  ]);
}
