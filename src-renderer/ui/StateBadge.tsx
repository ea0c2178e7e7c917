import { Box, Tooltip, VisuallyHidden } from '@mantine/core';
import type { RelationshipState } from '../../src-preload/contract/model.ts';
import { stateLooks } from '../graph/style.ts';
import { Clamped } from './Clamped.tsx';
import classes from './state-badge.module.css';

/** Each state in a word or two, and a sentence that says what it means. */
export const stateWords: Readonly<Record<RelationshipState, { label: string; meaning: string }>> = {
  synced: { label: 'synced', meaning: 'The remote has it too.' },
  create: { label: '+ new', meaning: 'Not sent yet: the next push creates it.' },
  update: { label: '~ changed', meaning: 'Not sent yet: the next push changes it.' },
  delete: { label: '− removing', meaning: 'Not sent yet: the next push removes it.' },
  conflict: { label: '! conflict', meaning: 'You and somebody else decided differently.' },
  held: { label: '‖ held', meaning: 'The guard stopped its removal until you release it.' },
  parked: { label: '✕ refused', meaning: 'The remote refused it.' },
  blocked: { label: '… waiting', meaning: 'Waits for another change to be sent.' },
  local: { label: 'local', meaning: 'Kept in this workspace only.' },
};

/** The state of a relationship; its cause, or what the state means, is the tooltip. */
export function StateBadge({ state, cause }: { state: RelationshipState; cause?: string | null }) {
  const { label, meaning } = stateWords[state];
  const look = stateLooks[state];
  return (
    <Tooltip label={<Clamped text={cause ?? meaning} />}>
      <Box
        component="span"
        className={classes.badge}
        data-state={state}
        style={{ '--badge-colour': `light-dark(${look.light}, ${look.dark})` }}
      >
        {label}
        <VisuallyHidden>: {cause ?? meaning}</VisuallyHidden>
      </Box>
    </Tooltip>
  );
}
