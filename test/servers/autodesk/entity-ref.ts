/** Points at one end of a relationship. Ids are UUIDs or, for documents, URNs of at most 512 characters. */
export interface EntityRef {
  readonly domain: string;
  readonly type: string;
  readonly id: string;
}

/** Some of an `EntityRef`: whatever is named has to fit. */
export interface PartialRef {
  readonly domain?: string;
  readonly type?: string;
  readonly id?: string;
}

/** The kinds of entity that the seeds hold, by short name. Names are those of the field guide of relationships. */
export const kinds = {
  asset: { domain: 'autodesk-bim360-asset', type: 'asset' },
  category: { domain: 'autodesk-bim360-asset', type: 'category' },
  system: { domain: 'autodesk-bim360-asset', type: 'system' },
  issue: { domain: 'autodesk-bim360-issue', type: 'issue' },
  checklist: { domain: 'autodesk-bim360-checklist', type: 'checklist' },
  document: { domain: 'autodesk-bim360-documentmanagement', type: 'documentlineage' },
  form: { domain: 'autodesk-construction-form', type: 'form' },
  rfi: { domain: 'autodesk-bim360-rfi', type: 'rfi' },
} as const;

/** A short name of a kind. */
export type KindName = keyof typeof kinds;

/** An end of a kind that the seeds hold. */
export function toRef(kind: KindName, id: string): EntityRef {
  return { ...kinds[kind], id };
}

/** A text that is the same for equal ends only. */
export function toKey({ domain, type, id }: EntityRef): string {
  return `${domain}/${type}/${id}`;
}

/** A text that is the same for the same two ends in either order. */
export function toPairKey(one: EntityRef, other: EntityRef): string {
  return [toKey(one), toKey(other)].sort().join(' ');
}

/** Whether everything that `partial` names is so. */
export function fits(ref: EntityRef, partial: PartialRef): boolean {
  return (
    (partial.domain === undefined || partial.domain === ref.domain) &&
    (partial.type === undefined || partial.type === ref.type) &&
    (partial.id === undefined || partial.id === ref.id)
  );
}

/** Whether a text is a UUID of any version. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
