/** One place of the engine that is made wrong: text that must stand there exactly once, and what stands there instead. */
export interface Replacement {
  readonly file: string;
  readonly text: string;
  readonly by: string;
}

/** A deliberate bug of the engine, which the simulation alone must find. */
export interface Bug {
  readonly name: string;
  readonly replacements: readonly Replacement[];
}

const sync = (file: string) => `src-main/backend/sync/${file}`;

/** What any test of a sync engine has to find. */
export const bugs: readonly Bug[] = [
  {
    name: 'drops one tombstone',
    replacements: [
      {
        file: sync('remove-missing.ts'),
        text: 'for (const id of counted) {',
        by: 'for (const id of counted.slice(1)) {',
      },
    ],
  },
  {
    name: 'marks an attempt answered before the reply is committed',
    replacements: [
      {
        file: sync('send.ts'),
        text: '  markSent(db, intent.relationshipId);\n',
        by: '  markSent(db, intent.relationshipId);\n  markAnswered(db, intent.relationshipId);\n',
      },
      { file: sync('send.ts'), text: '  markReplacing,\n', by: '  markAnswered,\n  markReplacing,\n' },
    ],
  },
  {
    name: 'changes a type before a create was seen to work',
    replacements: [
      {
        file: sync('push.ts'),
        text: '(readOnlyReason === null && createConfirmedAt !== null);',
        by: '(readOnlyReason === null || createConfirmedAt !== null);',
      },
    ],
  },
  {
    name: 'lets the clock decide a merge',
    replacements: [
      {
        file: sync('settle.ts'),
        text: '    const step = plan(toFacts(mirror, intent, seen));\n',
        by: "    const isNewer = intent !== undefined && now > intent.changedAt;\n    const step = isNewer ? 'settle' : plan(toFacts(mirror, intent, seen));\n",
      },
    ],
  },
  {
    name: 'takes every “not found” for a proof',
    replacements: [
      {
        file: sync('prove-absence.ts'),
        text: "if (capabilities.absenceProof === 'probe') return { kind: 'proved' };",
        by: "if (capabilities.absenceProof !== null) return { kind: 'proved' };",
      },
    ],
  },
  {
    name: 'counts against the guard after the uploads',
    replacements: [
      {
        file: sync('loss.ts'),
        text: 'return countBase(db, connectionId) - added;',
        by: 'return countBase(db, connectionId) + 0 * added;',
      },
      {
        file: sync('loss.ts'),
        text: "add(group, 'total', -count);",
        by: "add(group, 'total', 0 * count);",
      },
    ],
  },
  {
    name: 'sends again without asking what became of the last attempt',
    replacements: [
      {
        file: sync('send.ts'),
        text: '  if (lost.length === 0) return new Map();\n',
        by: "  if (lost.length === 0) return new Map();\n  const again = lost.map(({ job }) => job.relationship);\n  if (step === 'remove') await removeAll(context, again);\n  else await createAll(context, again);\n",
      },
    ],
  },
  {
    name: 'fetches pages side by side and applies them as they come',
    replacements: [
      {
        file: sync('pull-feed.ts'),
        text: '    if (isError || read.push(page) === PAGES_AHEAD || !page.more) await apply();\n',
        by: `    const [other] = isError || !page.more ? [] : [await fetchPage(context, feed, page.nextCursor)];
    if (other !== undefined && !(other instanceof RemoteError)) read.push(other);
    if (isError || read.push(page) >= PAGES_AHEAD || !page.more || read.length > 1) await apply();
    if (other !== undefined && !(other instanceof RemoteError) && !other.more) return;
`,
      },
    ],
  },
  {
    name: 'is off by one at the size of a batch',
    replacements: [
      {
        file: sync('ask.ts'),
        text: 'const part = relationships.slice(start, start + limit);',
        by: 'const part = relationships.slice(start, start + Math.max(1, limit - 1));',
      },
    ],
  },
  {
    name: 'never resets the back-off',
    replacements: [
      {
        file: 'src-main/backend/store/retries.ts',
        text: "'failures = 0, failure_code = NULL, failure_message = NULL, next_attempt_at = NULL'",
        by: "'failures = failures'",
      },
    ],
  },
];
