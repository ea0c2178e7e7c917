import { Anchor } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { countOf, formatCount } from '../../ui/format.ts';
import { useStanding } from './use-standing.ts';

/** Says how much of what the query finds is drawn. */
export function MatchedLine() {
  const total = useAppState(({ server }) => server.drawing?.matched?.total ?? null);
  const omitted = useAppState(({ server }) => server.drawing?.matched?.omitted ?? 0);
  if (total === null) return null;
  return (
    <div data-testid="graph-matched">
      {omitted === 0
        ? `${countOf(total, 'entity matches', 'entities match')} the query`
        : `${formatCount(total - omitted)} of ${formatCount(total)} that match the query drawn, the first by name`}
    </div>
  );
}

/** Says how much of what is drawn is hidden, and by what. */
export function HiddenLine() {
  const { hidden, faded } = useStanding();
  if (hidden.size === 0 && faded.size === 0) return null;
  const parts = [
    ...(hidden.size > 0 ? [`${formatCount(hidden.size)} hidden`] : []),
    ...(faded.size > 0 ? [`${formatCount(faded.size)} dimmed`] : []),
  ];
  return <div data-testid="graph-hidden">{`${parts.join(', ')} by the filter or by kind`}</div>;
}

/** Says what the open view draws and this workspace does not have. */
export function MissingLine() {
  const id = useAppState(({ server }) => server.openView?.id ?? null);
  const count = useAppState(({ server }) => server.openView?.missingCount ?? 0);
  const { openSavedView } = useActions();
  if (id === null || count === 0) return null;
  return (
    <div data-testid="graph-missing">
      {countOf(count, 'entity', 'entities')} of the view not in this workspace, kept for when{' '}
      {count === 1 ? 'it appears' : 'they appear'} –{' '}
      <Anchor component="button" type="button" fz="inherit" onClick={() => void openSavedView(id)}>
        open it again
      </Anchor>
    </div>
  );
}
