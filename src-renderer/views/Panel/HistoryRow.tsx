import { Button, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { HistoryEntry } from '../../../src-preload/contract/model.ts';
import type { Answer } from '../../../src-preload/contract/requests.ts';
import { useActions } from '../../store/context.ts';
import { Clamped } from '../../ui/Clamped.tsx';
import { countOf, formatMoment } from '../../ui/format.ts';
import classes from './panel.module.css';
import review from './review.module.css';

/** One entry: when, what, by whom. One that stands can be taken back alone, once it was said what that does. */
export function HistoryRow({ entry }: { readonly entry: HistoryEntry }) {
  const { id, at, label, state, actor, who, changes, reverted } = entry;
  const [preview, setPreview] = useState<Answer<'history:revert-preview'> | null>(null);
  const [looking, setLooking] = useState(false);
  const left = useRef<AbortController | null>(null);
  const { previewRevert, revertEntry, lookBack } = useActions();
  useEffect(() => () => left.current?.abort(), []);
  const look = async () => {
    if (looking) return;
    setLooking(true);
    left.current = new AbortController();
    setPreview((await previewRevert(id, left.current.signal)) ?? null);
    setLooking(false);
  };
  const isRevertible = actor === 'user' && state === 'done' && !reverted;
  const facts = [
    formatMoment(at),
    who,
    countOf(changes, 'change'),
    reverted ? 'reverted' : stateWords[state],
  ];
  return (
    <li className={review.item} data-plain data-testid="history-row" data-state={state}>
      <div>
        <div className={classes.label}>
          <Clamped text={label} />
        </div>
        <div className={review.faint}>{facts.filter((fact) => fact !== null && fact !== '').join(' · ')}</div>
        {preview === null ? null : (
          <RevertPreview
            preview={preview}
            onCancel={() => setPreview(null)}
            onRevert={() => {
              setPreview(null);
              void revertEntry(id);
            }}
          />
        )}
      </div>
      <div className={review.line}>
        {isRevertible && preview === null ? (
          <Button
            variant="subtle"
            size="compact-xs"
            data-testid="revert"
            aria-disabled={looking}
            data-disabled={looking}
            onClick={() => void look()}
          >
            Take back…
          </Button>
        ) : null}
        <Button
          variant="subtle"
          size="compact-xs"
          data-testid="as-of"
          title="What was there before this entry, and what has changed since"
          onClick={() => lookBack(toBefore(at))}
        >
          Before this…
        </Button>
      </div>
    </li>
  );
}

/** The moment right before an entry. */
function toBefore(at: string): string {
  return new Date(Date.parse(at) - 1).toISOString();
}

const stateWords: Readonly<Record<HistoryEntry['state'], string>> = {
  done: '',
  undone: 'undone',
  superseded: 'superseded',
  recorded: 'recorded only',
};

interface RevertPreviewProps {
  readonly preview: Answer<'history:revert-preview'>;
  readonly onCancel: () => void;
  readonly onRevert: () => void;
}

function RevertPreview({ preview, onCancel, onRevert }: RevertPreviewProps) {
  const { changes, pushed, spares, refusal } = preview;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // the button that was pressed has made room for this
    if (document.activeElement === document.body) box.current?.focus();
  }, []);
  return (
    <div ref={box} tabIndex={-1} data-testid="revert-preview">
      <Text size="xs">
        {refusal ??
          `${countOf(changes, 'change')} would be taken back; what ${spares ? 'was edited since' : 'came later'} stays.${
            pushed ? ' It was sent already: this makes a new pending change.' : ''
          }`}
      </Text>
      {refusal === null ? (
        <Button variant="default" size="compact-xs" data-testid="revert-confirm" onClick={onRevert}>
          Take back
        </Button>
      ) : null}
      <Button variant="subtle" size="compact-xs" onClick={onCancel}>
        {refusal === null ? 'Cancel' : 'Close'}
      </Button>
    </div>
  );
}
