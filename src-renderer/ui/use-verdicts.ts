import { useEffect, useState } from 'react';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { useActions } from '../store/context.ts';
import type { PairQuestion, Verdicts } from '../store/edit-actions.ts';

const none: Verdicts = new Map();

/** What the rules say to relating one entity to others; nothing until they have said it, or where nothing is asked. */
export function useVerdicts(question: PairQuestion | null): Verdicts {
  const { judgePairs } = useActions();
  const key = question === null ? null : JSON.stringify(question);
  const [known, setKnown] = useState<{ key: string; verdicts: Verdicts } | null>(null);
  useEffect(() => {
    if (key === null) return;
    let wanted = true;
    // The key is the question itself, so that one with the same content is not asked again.
    const ask = async () => {
      const verdicts = await judgePairs(JSON.parse(key) as PairQuestion);
      if (wanted) setKnown({ key, verdicts });
    };
    void ask();
    return () => {
      wanted = false;
    };
  }, [key, judgePairs]);
  return known !== null && known.key === key ? known.verdicts : none;
}

/** What a form needs to know of one pair: whether it must have a type, and why it may not be related as it is. */
export function usePairVerdict(
  question: Omit<PairQuestion, 'otherIds' | 'type'> & {
    readonly otherId: EntityId | null;
    readonly type: string;
  },
): { readonly needsType: boolean; readonly problem: string | null } {
  const { otherId, type, ...rest } = question;
  const otherIds = otherId === null ? [] : [otherId];
  const untyped = useVerdicts(otherId === null ? null : { ...rest, otherIds, type: null });
  const asked = useVerdicts(otherId === null ? null : { ...rest, otherIds, type: type === '' ? null : type });
  if (otherId === null) return { needsType: false, problem: null };
  const verdict = asked.get(otherId);
  return {
    needsType: untyped.get(otherId)?.code === 'type-missing',
    problem: verdict === undefined || verdict.ok ? null : verdict.message,
  };
}
