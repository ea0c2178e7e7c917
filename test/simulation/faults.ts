import { RemoteError, type RemoteErrorKind } from '../../src-main/backend/remote/errors.ts';

export type Call =
  | 'identify'
  | 'fetchCapabilities'
  | 'fetchEntities'
  | 'fetchRelationshipsOf'
  | 'fetchLiveness'
  | 'fetchChanges'
  | 'probe'
  | 'create'
  | 'remove';

/** What goes wrong with a call. `late`: the caller is told of a timeout, and the request arrives afterwards. */
export type FaultKind =
  | RemoteErrorKind
  | 'late'
  | 'partial'
  | 'stale'
  | 'omit'
  | 'empty'
  | 'repeat'
  /** The request arrives twice, the second time later. */
  | 'twice'
  /** Requests arrive, answers do not. */
  | 'deaf'
  /** Rows come in another order each time. */
  | 'shuffle'
  /** Rows come twice, and differ. */
  | 'contradict'
  /** The feed says that there is more and does not go on to it. */
  | 'stuck';

export interface FaultRule {
  readonly on: readonly Call[];
  readonly kind: FaultKind;
  /** An error strikes before the request arrives or after it was answered. */
  readonly when: 'before' | 'after';
  /** Calls that pass before the first one is struck. */
  skip: number;
  times: number;
  /** For `rate-limited`: the pause that is asked for. */
  readonly retryAfterMs?: number;
}

/** The rules in force for one client. */
export type Faults = FaultRule[];

/** The rule that strikes this call, if any. */
export function takeFault(faults: Faults, call: Call): FaultRule | undefined {
  for (const rule of faults) {
    if (rule.times === 0 || !rule.on.includes(call)) continue;
    if (rule.skip > 0) {
      rule.skip -= 1;
      continue;
    }
    rule.times -= 1;
    return rule;
  }
  return undefined;
}

/** The error that a rule throws; null for one that bends the answer instead. */
export function toError({ kind, on, retryAfterMs }: FaultRule): RemoteError | null {
  if (isBent(kind)) return null;
  const thrown = kind === 'late' || kind === 'deaf' ? 'timeout' : kind;
  return new RemoteError(thrown, `Simulated, ${on.join(' or ')}: ${kind}.`, {
    retryAfterMs: retryAfterMs ?? null,
  });
}

const bent = [
  'partial',
  'stale',
  'omit',
  'empty',
  'repeat',
  'twice',
  'shuffle',
  'contradict',
  'stuck',
] as const;

function isBent(kind: FaultKind): kind is (typeof bent)[number] {
  return bent.some((one) => one === kind);
}
