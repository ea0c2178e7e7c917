import { Button, Center, Code, CopyButton, Group, Loader, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { Answer } from '../../../src-preload/contract/requests.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { countOf, formatCount } from '../../ui/format.ts';
import classes from './review.module.css';
import { toDryRunText } from './review-words.ts';

/** What a push would send now. Opening this sends nothing. */
export function DryRunDialog() {
  const shown = useAppState(({ view }) => view.dryRun !== null);
  const answer = useAppState(({ server }) => server.dryRun);
  const { closeDryRun } = useActions();
  return (
    <Dialog opened={shown} onClose={closeDryRun} title="What would be sent" size={680}>
      {answer === null ? (
        <Center h={80}>
          <Loader size="sm" />
        </Center>
      ) : (
        <DryRun answer={answer} />
      )}
    </Dialog>
  );
}

function DryRun({ answer }: { readonly answer: Answer<'sync:dry-run'> }) {
  const { showMoreOfDryRun } = useActions();
  const limit = useAppState(({ view }) => view.dryRun?.limit ?? 0);
  const count = answer.rows.reduce((sum, { requests }) => sum + requests.length, 0);
  const text = toDryRunText(answer);
  const more = answer.total > limit;
  return (
    <Stack gap="sm" data-testid="dry-run-answer">
      <Text size="sm">
        {count === 0 ? 'A push would send nothing.' : `A push would send ${countOf(count, 'request')}.`}{' '}
        Besides, it asks whom the key speaks for, before, after and now and then on the way. Nothing is sent
        by looking.
        {more ? ` These are of the first ${formatCount(limit)} of ${countOf(answer.total, 'change')}.` : ''}
      </Text>
      {count === 0 ? null : (
        <Code block fz="xs" className={classes.requests} tabIndex={0} data-testid="dry-run-text">
          {text}
        </Code>
      )}
      <Group justify="flex-end" gap="xs">
        {more ? (
          <Button variant="default" onClick={showMoreOfDryRun}>
            Show more
          </Button>
        ) : null}
        <CopyButton value={text} timeout={1200}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              disabled={count === 0}
              leftSection={copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
              data-testid="dry-run-copy"
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
