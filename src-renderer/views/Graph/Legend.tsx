import { Tooltip, UnstyledButton } from '@mantine/core';
import { toKindWord } from '../../../src-preload/contract/kind-words.ts';
import type { RelationshipState } from '../../../src-preload/contract/model.ts';
import { countHidden, withoutHidden } from '../../graph/elements.ts';
import { lookOf } from '../../graph/kinds.ts';
import { stateLooks } from '../../graph/style.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectDrawnAsOf } from '../../store/selectors.ts';
import { formatCount, formatMoment } from '../../ui/format.ts';
import { KindIcon } from '../../ui/KindIcon.tsx';
import { stateWords } from '../../ui/StateBadge.tsx';
import classes from './graph.module.css';
import { useStanding } from './use-standing.ts';

/** What the colours and lines of this drawing mean; only what is drawn is listed. */
export function Legend() {
  const kinds = useAppState(({ server }) => [
    ...new Set(server.neighbourhood?.entities.map(({ kind }) => kind) ?? []),
  ]);
  const states = useAppState(({ server }) => [
    ...new Set(server.neighbourhood?.relationships.map(({ state }) => state) ?? []),
  ]);
  const picture = useAppState(({ server }) => server.neighbourhood);
  const { hidden } = useStanding();
  const hides = picture !== null && countHidden(withoutHidden(picture, hidden)).size > 0;
  const pins = useAppState(({ view }) => view.drawing.pins.length > 0);
  if (kinds.length === 0) return null;
  return (
    <ul className={classes.legend} aria-label="Legend">
      {kinds.toSorted().map((kind) => (
        <li key={kind} className={classes.legendItem} data-shape={lookOf(kind).shape}>
          <KindSwitch kind={kind} />
        </li>
      ))}
      {states.map((state) => (
        <StateItem key={state} state={state} />
      ))}
      <AsOfItem />
      {pins ? <li className={classes.legendItem}>thick border: pinned</li> : null}
      {hides ? <li className={classes.legendItem}>+n: that many relationships not drawn</li> : null}
    </ul>
  );
}

/** A kind; pressed while it is drawn. */
function KindSwitch({ kind }: { readonly kind: string }) {
  const isOff = useAppState(({ view }) => view.drawing.hiddenKinds.includes(kind));
  const { toggleDrawnKind } = useActions();
  return (
    <Tooltip label={isOff ? 'Draw this kind again' : 'No longer draw this kind'}>
      <UnstyledButton
        className={`${classes.legendItem} ${classes.legendKind}`}
        aria-pressed={!isOff}
        data-testid={`legend-${kind}`}
        onClick={() => toggleDrawnKind(kind)}
      >
        <KindIcon kind={kind} size={13} />
        {toKindWord(kind)}
      </UnstyledButton>
    </Tooltip>
  );
}

/** From when the drawing is. */
function AsOfItem() {
  const { asOf, unread } = useAppState(selectDrawnAsOf);
  const parts = [
    asOf === null ? '' : `as of ${formatMoment(asOf)}`,
    unread === 0 ? '' : `${formatCount(unread)} not read yet`,
  ].filter((part) => part !== '');
  if (parts.length === 0) return null;
  return (
    <li className={classes.legendItem} data-testid="graph-as-of">
      {parts.join(', ')}
    </li>
  );
}

function StateItem({ state }: { readonly state: RelationshipState }) {
  const look = stateLooks[state];
  return (
    <li className={classes.legendItem}>
      <svg aria-hidden="true" width={22} height={8}>
        <line
          x1={0}
          y1={4}
          x2={22}
          y2={4}
          strokeWidth={2}
          strokeDasharray={{ solid: '0', dashed: '5 3', dotted: '1.5 2.5' }[look.line]}
          style={{ stroke: `light-dark(${look.light}, ${look.dark})` }}
        />
      </svg>
      {stateWords[state].label}
    </li>
  );
}
