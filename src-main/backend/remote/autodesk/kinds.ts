import type { NamedEnd } from '../remote.ts';

/** An end of a relationship as the Relationships API writes it. */
export interface Ref {
  readonly domain: string;
  readonly type: string;
  readonly id: string;
}

export const ASSET_DOMAIN = 'autodesk-bim360-asset';

const cost = 'budget budgetpayment contract costpayment expense maincontract oco pco rco rfq sco' as const;

/** Types by domain whose name is a kind as it stands; from the field guide of relationships. */
const typesByDomain: Readonly<Record<string, string>> = {
  [ASSET_DOMAIN]: 'asset category system',
  'autodesk-bim360-issue': 'issue collaboration coordination design quality',
  'autodesk-bim360-documentmanagement': 'documentlineage documentversion filelineage fileversion',
  'autodesk-bim360-checklist': 'checklist checklisttemplate',
  'autodesk-bim360-rfi': 'rfi',
  'autodesk-bim360-cost': cost,
  'autodesk-bim360-modelcoordination': 'clashgroup',
  'autodesk-bim360-locations': 'location',
  'autodesk-bim360-markup': 'markup',
  'autodesk-bim360-meetingminutes': 'meeting meetingitem meetingitemseries',
  'autodesk-construction-form': 'form formtemplate formfield',
  'autodesk-construction-photo': 'photo',
  'autodesk-construction-sheet': 'sheetlineage',
  'autodesk-construction-submittals': 'submittalitem',
  'autodesk-construction-schedule': 'activity task',
  'autodesk-construction-markup': 'markupdocument markupsheethistory',
  'autodesk-construction-filepackages': 'package',
};

const domains = new Map(
  Object.entries(typesByDomain).flatMap(([domain, types]) => types.split(' ').map((type) => [type, domain])),
);

/** The kind of a domain and type: the type alone where it is known to be of that domain, else both. */
export function toKind(domain: string, type: string): string {
  return domains.get(type) === domain ? type : `${domain}/${type}`;
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** UUIDs are compared in lower case; URNs of documents mean what they are letter by letter. */
export function toId(id: string): string {
  return isUuid(id) ? id.toLowerCase() : id;
}

export function toEnd({ domain, type, id }: Ref): NamedEnd {
  return { kind: toKind(domain, type), remoteId: toId(id) };
}

export function toRef({ kind, remoteId }: NamedEnd): Ref {
  const cut = kind.indexOf('/');
  const domain = domains.get(kind) ?? kind.slice(0, Math.max(0, cut));
  const type = domains.has(kind) ? kind : kind.slice(cut + 1);
  return { domain, type, id: remoteId };
}

/** A text that is the same for equal ends only. */
export function toEndKey({ kind, remoteId }: NamedEnd): string {
  return `${kind} ${toId(remoteId)}`;
}

/** A text that is the same for the same two ends in either order: the remote knows no direction. */
export function toPairKey(one: NamedEnd, other: NamedEnd): string {
  return [toEndKey(one), toEndKey(other)].toSorted().join(' | ');
}
