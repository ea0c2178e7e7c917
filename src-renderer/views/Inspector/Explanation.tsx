import { Stack, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EntitySummary } from '../../../src-preload/contract/model.ts';
import type { Explanation as Found, Frontier, NoPath } from '../../../src-preload/contract/queries.ts';
import { useActions } from '../../store/context.ts';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { countOf, formatCount } from '../../ui/format.ts';
import classes from './inspector.module.css';

interface ExplanationProps {
  readonly source: EntitySummary;
  readonly target: EntitySummary;
  readonly found: Found;
}

/** The paths between two entities, hop by hop; where there is none, whom either side reaches. */
export function Explanation({ source, target, found }: ExplanationProps) {
  const { paths, entities, proof } = found;
  if (proof !== null) return <Proof source={source} target={target} proof={proof} />;
  const known = new Map(entities.map((entity) => [entity.id, entity]));
  return (
    <Stack gap={10} data-testid="explain-paths">
      {paths.map((path) => (
        <div key={path.hops.map(({ toId }) => toId).join(' ')} data-testid="explain-path">
          <Text size="xs" fw={600} c="dimmed">
            {countOf(path.length, 'hop')}
          </Text>
          <ol className={classes.rows}>
            {path.hops.map((hop) => (
              <HopRow key={hop.toId} hop={hop} entity={known.get(hop.toId)} />
            ))}
          </ol>
        </div>
      ))}
    </Stack>
  );
}

type Hop = Found['paths'][number]['hops'][number];

/** One hop as it reads from the entity before it. */
function HopRow({ hop, entity }: { readonly hop: Hop; readonly entity: EntitySummary | undefined }) {
  if (entity === undefined) return null;
  const labels = [...new Set(hop.relationships.flatMap(({ label }) => label ?? []))];
  const isBackward = hop.relationships.every(({ sourceId }) => sourceId !== hop.fromId);
  return (
    <Row entity={entity}>
      <span className={classes.type} data-testid="explain-label">
        {labels.length === 0 ? (isBackward ? '←' : '→') : `${labels.join(', ')} →`}
      </span>
    </Row>
  );
}

function Proof({ source, target, proof }: Omit<ExplanationProps, 'found'> & { readonly proof: NoPath }) {
  return (
    <Stack gap={10} data-testid="explain-proof">
      <Text size="xs" lh={1.5}>
        No path. {proof.text}
      </Text>
      <Side end={source} total={proof.fromSource} frontier={proof.source} />
      <Side end={target} total={proof.fromTarget} frontier={proof.target} />
    </Stack>
  );
}

interface SideProps {
  readonly end: EntitySummary;
  readonly total: number;
  readonly frontier: Frontier;
}

/** Whom one side reaches, the nearest first. */
function Side({ end, total, frontier: { entities, isExhausted } }: SideProps) {
  const rest = total - entities.length;
  return (
    <div data-testid="explain-side">
      <Text size="xs" fw={600} c="dimmed">
        <bdi>{end.name}</bdi> reaches {formatCount(total)}, itself counted,{' '}
        {isExhausted ? 'and nothing more leads on' : 'and more beyond the longest path'}
      </Text>
      <ul className={classes.rows}>
        {entities.map(({ entity, distance }) => (
          <Row key={entity.id} entity={entity}>
            <span className={classes.type}>{countOf(distance, 'hop')}</span>
          </Row>
        ))}
      </ul>
      {rest > 0 ? (
        <Text size="xs" c="dimmed">
          and {formatCount(rest)} more
        </Text>
      ) : null}
    </div>
  );
}

interface RowProps {
  readonly entity: EntitySummary;
  readonly children: ReactNode;
}

function Row({ entity, children }: RowProps) {
  const { selectEntity } = useActions();
  return (
    <li className={classes.row}>
      {children}
      <UnstyledButton
        className={classes.end}
        title={`Select ${entity.name}`}
        onClick={() => selectEntity(entity.id)}
      >
        <EntityLabel entity={entity} />
      </UnstyledButton>
    </li>
  );
}
