import { useEffect, useRef, useState } from 'react';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { Answer } from '../../../src-preload/contract/requests.ts';
import type { ImportMapping, ImportSettings } from '../../../src-preload/contract/transfer-requests.ts';
import type { FormAnswer } from '../../store/connection-actions.ts';
import { useActions } from '../../store/context.ts';

export type ReadImport = Answer<'import:inspect'>;
export type ImportPreview = Answer<'import:preview'>;

/** The rejected rows that are shown; the file of them has them all. */
const SHOWN = 100;

/** What the import dialog holds: what was read, how it is taken, and what would become of it. */
export function useImport() {
  const actions = useActions();
  const [read, setRead] = useState<ReadImport | null>(null);
  const [settings, setSettings] = useState<ImportSettings | null>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [handle] = useState(() => crypto.randomUUID());
  const isWriting = useRef(false);

  useEffect(
    () => () => {
      // what is being written goes on when the dialog is closed
      if (!isWriting.current) void actions.forgetImport(handle);
    },
    [actions, handle],
  );
  useEffect(() => {
    if (read === null || settings === null) return undefined;
    let overtaken = false;
    const { handle } = read;
    const show = async () => {
      const page = { only: 'rejected', offset: 0, limit: SHOWN } as const;
      const answer = await actions.previewImport({ handle, settings, ...page });
      if (overtaken) return;
      setPreview(answer.ok ? answer.value : null);
      setProblem(answer.ok ? null : answer.problem.message);
    };
    void show();
    return () => {
      overtaken = true;
    };
  }, [actions, read, settings]);

  const take = async (reading: Promise<FormAnswer<ReadImport | undefined>>) => {
    setBusy(true);
    const answer = await reading;
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem.message);
    if (!answer.ok || answer.value === undefined) return;
    setRead(answer.value);
    setSettings(toSettings(answer.value));
  };
  const commit = async () => {
    if (read === null || settings === null) return;
    setBusy(true);
    isWriting.current = true;
    const answer = await actions.commitImport({ handle: read.handle, settings });
    isWriting.current = false;
    setBusy(false);
    if (!answer.ok) setProblem(answer.problem.message);
  };
  const change = (next: Partial<ImportSettings>) =>
    setSettings((current) => (current === null ? null : { ...current, ...next }));
  return {
    handle,
    read,
    settings,
    preview,
    problem,
    busy,
    readFile: () => take(actions.readImportFile(handle)),
    readText: (text: string) => take(actions.readImportText(handle, text)),
    commit,
    change,
    map: (index: number, mapping: ImportMapping) =>
      change({ mappings: settings?.mappings.map((known, at) => (at === index ? mapping : known)) ?? [] }),
    choose: (text: string, entityId: EntityId) =>
      change({ choices: [...(settings?.choices ?? []), { text, row: null, entityId }] }),
  };
}

function toSettings({ tables }: ReadImport): ImportSettings {
  const mappings = tables.map(({ mapping }) => mapping);
  return { mappings, choices: [], kind: 'asset', createMissing: false, local: false };
}
