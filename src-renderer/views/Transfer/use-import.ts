import { useEffect, useState } from 'react';
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

  useEffect(() => {
    if (read === null || settings === null) return undefined;
    let overtaken = false;
    const { handle } = read;
    void actions
      .previewImport({ handle, settings, only: 'rejected', offset: 0, limit: SHOWN })
      .then((answer) => {
        if (overtaken) return;
        setPreview(answer.ok ? answer.value : null);
        setProblem(answer.ok ? null : answer.problem.message);
      });
    return () => {
      overtaken = true;
    };
  }, [actions, read, settings]);

  const take = async (reading: Promise<FormAnswer<ReadImport> | null>) => {
    setBusy(true);
    const answer = await reading;
    setBusy(false);
    if (answer === null) return;
    setProblem(answer.ok ? null : answer.problem.message);
    if (!answer.ok) return;
    setRead(answer.value);
    setSettings(toSettings(answer.value));
  };
  const commit = async () => {
    if (read === null || settings === null) return;
    setBusy(true);
    const answer = await actions.commitImport({ handle: read.handle, settings });
    setBusy(false);
    if (!answer.ok) setProblem(answer.problem.message);
  };
  const change = (next: Partial<ImportSettings>) =>
    setSettings((current) => (current === null ? null : { ...current, ...next }));
  return {
    read,
    settings,
    preview,
    problem,
    busy,
    readFile: () => take(actions.readImportFile()),
    readText: (text: string) => take(actions.readImportText(text)),
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
