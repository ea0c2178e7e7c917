import { fail, type Handler, ok, toWholeNumber, withClearance } from './answers.ts';
import { cutPage, parsePage } from './paging.ts';
import { fromWireId, toWireId } from './rows.ts';
import { findEntity } from './site.ts';

const weekSeconds = 7 * 24 * 3600;
/** The numbers of creating and deleting in `id_event_type`. */
const eventTypes = { created: 2, deleted: 4 } as const;

/**
 * `GET /collaborators/{id_user}/history`: what one person changed, of the last seven days if nothing else is asked for.
 * Whether it tells of relationships is not known: here it does so for the person that a switch names.
 */
export const getHistory: Handler = withClearance(7, (call) => {
  const { switches, now } = call.world;
  const id = toWholeNumber(call.params.id);
  const page = parsePage(call.query);
  const to = toWholeNumber(call.query.to ?? String(Math.ceil(now() / 1000)));
  const from = toWholeNumber(call.query.from ?? String((to ?? 0) - weekSeconds));
  if (id === undefined || !page || from === undefined || to === undefined || from > to) {
    return fail(call, 400, 'Invalid request');
  }
  const person = findEntity(call.account, { type: 'collaborators', id: fromWireId(id, switches) });
  if (!person) return fail(call, 404, 'Element not found');
  const changes = switches.historyOf === person.id ? call.account.changes : [];
  const told = changes.filter(({ at }) => at >= from * 1000 && at <= to * 1000);
  const rows = cutPage(call, told, page).map(({ at, change, edge }) => ({
    id_event: eventTypes[change],
    id_resource: toWireId(edge.parent.id, switches),
    entity_name: edge.parent.type,
    event_changes: {},
    created_at: new Date(at).toISOString(),
  }));
  return ok(call, 'History retrieved', rows);
});
