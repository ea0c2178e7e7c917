import { useMemo } from 'react';
import { useAppState } from '../../store/context.ts';
import { type Standing, toStanding } from '../../store/drawing-state.ts';

/** What of the picture is hidden or faded now. */
export function useStanding(): Standing {
  const entities = useAppState(({ server }) => server.neighbourhood?.entities ?? null);
  const hiddenKinds = useAppState(({ view }) => view.drawing.hiddenKinds);
  const mode = useAppState(({ view }) => view.drawing.filter.mode);
  const matching = useAppState(({ server }) => server.drawing?.matching ?? null);
  return useMemo(
    () => toStanding(entities ?? [], hiddenKinds, matching, mode),
    [entities, hiddenKinds, matching, mode],
  );
}
