import { jsonAnswer } from '../shared/answer.ts';
import { type Endpoint, misleadingForbidden } from './answers.ts';
import type { EntityRef } from './entity-ref.ts';
import type { Product } from './site.ts';
import type { AutodeskSwitches } from './switches.ts';

/** `domain/type` of two ends that may be related, and where. */
interface Allowed {
  readonly one: string;
  readonly other: string;
  readonly products: readonly Product[];
}

const asset = 'autodesk-bim360-asset/asset';
const document = 'autodesk-bim360-documentmanagement/documentlineage';
const both: readonly Product[] = ['BIM360', 'ACC'];

const costTypes = [
  'budget',
  'budgetpayment',
  'contract',
  'costpayment',
  'expense',
  'maincontract',
  'oco',
  'pco',
  'rco',
  'rfq',
  'sco',
];

/** What an asset may be related to on ACC alone; from the field guide. */
const accTargets = [
  'autodesk-construction-form/form',
  'autodesk-construction-markup/markupdocument',
  'autodesk-construction-markup/markupsheethistory',
  'autodesk-construction-photo/photo',
  'autodesk-bim360-rfi/rfi',
  'autodesk-construction-sheet/sheetlineage',
  'autodesk-construction-submittals/submittalitem',
  'autodesk-construction-schedule/activity',
  'autodesk-bim360-meetingminutes/meeting',
  'autodesk-bim360-meetingminutes/meetingitem',
  'autodesk-bim360-meetingminutes/meetingitemseries',
  ...costTypes.map((type) => `autodesk-bim360-cost/${type}`),
];

const alwaysAllowed: readonly Allowed[] = [
  { one: asset, other: document, products: both },
  { one: asset, other: 'autodesk-bim360-issue/issue', products: both },
  ...accTargets.map((other): Allowed => ({ one: asset, other, products: ['ACC'] })),
  {
    one: 'autodesk-bim360-asset/category',
    other: 'autodesk-construction-form/formtemplate',
    products: ['ACC'],
  },
  { one: 'autodesk-bim360-rfi/rfi', other: document, products: both },
  { one: 'autodesk-bim360-issue/issue', other: document, products: both },
];

const checklist: Allowed = { one: asset, other: 'autodesk-bim360-checklist/checklist', products: ['BIM360'] };

/** `GET /utility/relationships:writable`: what may be related at all, whatever the product. */
export const getWritable: Endpoint = {
  family: 'relationships',
  open: false,
  group: 'relationships',
  scopes: ['data:read'],
  answer: ({ world }) =>
    world.switches.bim360Api ? jsonAnswer(200, toAllowList(world.switches)) : misleadingForbidden(),
};

/** Whether the Relationships API takes a relationship of two ends, in either order. */
export function isWritable(
  switches: AutodeskSwitches,
  product: Product,
  [a, b]: readonly [EntityRef, EntityRef],
): boolean {
  const one = toName(a);
  const other = toName(b);
  return allowedPairs(switches).some(
    (pair) =>
      pair.products.includes(product) &&
      ((pair.one === one && pair.other === other) || (pair.one === other && pair.other === one)),
  );
}

function allowedPairs({ checklistWritable }: AutodeskSwitches): readonly Allowed[] {
  return checklistWritable ? [...alwaysAllowed, checklist] : alwaysAllowed;
}

function toAllowList(switches: AutodeskSwitches): object[] {
  const pairs = allowedPairs(switches).flatMap(({ one, other }) => [
    { near: one, far: other },
    { near: other, far: one },
  ]);
  const byDomain = Map.groupBy(pairs, ({ near }) => toDomain(near));
  return [...byDomain].map(([domain, ofDomain]) => ({
    domain,
    entityTypes: [...Map.groupBy(ofDomain, ({ near }) => toType(near))].map(([entityType, ofType]) => ({
      entityType,
      allow: toTargets(ofType.map(({ far }) => far)),
    })),
  }));
}

function toTargets(names: readonly string[]): object[] {
  const byDomain = Map.groupBy(names, toDomain);
  return [...byDomain].map(([domain, ofDomain]) => ({ domain, entityTypes: ofDomain.map(toType) }));
}

function toName({ domain, type }: EntityRef): string {
  return `${domain}/${type}`;
}

function toDomain(name: string): string {
  return name.split('/')[0] ?? '';
}

function toType(name: string): string {
  return name.split('/')[1] ?? '';
}
