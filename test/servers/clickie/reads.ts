import { type Call, fail, type Handler, ok, toWholeNumber, withClearance } from './answers.ts';
import { shiftEntities } from './between-pages.ts';
import { cutPage, parsePage } from './paging.ts';
import { fromWireId, toEntityRow } from './rows.ts';
import {
  type Account,
  type EntityType,
  entitiesOf,
  findEntity,
  findMetric,
  type SiteEntity,
} from './site.ts';

/** `GET /accounts`. */
export const listAccounts: Handler = withClearance(5, (call) => {
  const page = parsePage(call.query);
  if (!page) return fail(call, 400, 'Invalid request');
  const accounts = [...call.world.site.accounts.values()].filter((account) => maySee(call, account));
  return ok(call, 'Accounts retrieved', cutPage(call, accounts, page).map(toAccountRow));
});

/** `GET /accounts/{id_account}`. */
export const getAccount: Handler = withClearance(5, (call) => {
  const id = toWholeNumber(call.params.id);
  if (id === undefined) return fail(call, 400, 'Invalid request');
  const asked = id === call.askedAccountId ? call.account : call.world.site.accounts.get(id);
  if (!asked || !maySee(call, asked)) return fail(call, 404, 'Element not found');
  return ok(call, 'Element obtained successfully', toAccountRow(asked));
});

/** `GET /clearances/me`: a bare object, as published. */
export const getMyClearance: Handler = (call) => {
  const own = {
    id_clearance: call.clearance,
    clearance_code: `A${call.clearance}`,
    clearance_description: `Clearance level ${call.clearance}`,
  };
  return ok(call, '', call.world.switches.identity ?? own, { bare: true });
};

/** Lists entities of one type; `clearance` is the highest number let in. */
export function createList(type: EntityType, clearance: number, noun: string): Handler {
  return withClearance(clearance, (call) => {
    const page = parsePage(call.query);
    const archived = parseArchived(call, type);
    if (!page || archived === 'unreadable') return fail(call, 400, 'Invalid request');
    const all = entitiesOf(call.account, type).filter((entity) => isAsked(entity, archived));
    const given = cutPage(call, all, page);
    const rows = given.map((entity) => toEntityRow(entity, call.world.switches));
    const context = type === 'dashboards' ? { query: call.query } : null;
    const answer = ok(call, `${noun} retrieved`, rows, { context });
    shiftEntities(call, given);
    return answer;
  });
}

/** Gives one entity by its id, which for metrics is the UUID. */
export function createGet(type: EntityType, clearance: number): Handler {
  return withClearance(clearance, (call) => {
    const { id = '' } = call.params;
    const number = toWholeNumber(id);
    if (type !== 'metrics' && number === undefined) return fail(call, 400, 'Invalid request');
    const entity =
      type === 'metrics'
        ? findMetric(call.account, id)
        : findEntity(call.account, { type, id: fromWireId(number ?? 0, call.world.switches) });
    if (!entity) return fail(call, 404, 'Element not found');
    const context = type === 'dashboards' ? { path: { id_dashboard: id } } : null;
    return ok(call, 'Element obtained successfully', toEntityRow(entity, call.world.switches), { context });
  });
}

/** The archive filter in force: true, false, or none. */
function parseArchived(call: Call, type: EntityType): boolean | undefined | 'unreadable' {
  if (type !== 'assets' && type !== 'dashboards') return undefined;
  const text = call.query.archived?.toLowerCase();
  if (text === undefined) return defaultArchived(call, type);
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : 'unreadable';
}

/** Published: assets give both; dashboards give both to clearances 1 and 2 and active ones to all others. */
function defaultArchived(call: Call, type: EntityType): boolean | undefined {
  switch (call.world.switches.archivedDefault) {
    case 'active':
      return false;
    case 'archived':
      return true;
    case 'both':
      return undefined;
    case 'documented':
      return type === 'dashboards' && call.clearance > 2 ? false : undefined;
  }
}

function isAsked(entity: SiteEntity, archived: boolean | undefined): boolean {
  return archived === undefined || entity.archived === archived;
}

function maySee(call: Call, account: Account): boolean {
  return call.clearance === 1 || call.key.accountIds.includes(account.id) || account === call.account;
}

function toAccountRow(account: Account) {
  return {
    id_account: account.id,
    id_environment: 2,
    account_name: account.name,
    ids_time_zone: '11,2,4',
    environment: {
      id_environment: 2,
      environment_name: 'Production',
      environment_description: 'Primary tenant environment',
    },
  };
}
