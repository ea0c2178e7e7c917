import { pickOne, type Random } from '../shared/random.ts';
import {
  type Account,
  createEdge,
  type Edge,
  edgesOf,
  entitiesOf,
  findEntity,
  hasEdge,
  type Metric,
  type SiteEntity,
} from './site.ts';

/** What somebody else did, in a sentence, and the edge it created. */
export interface ColleagueChange {
  readonly text: string;
  readonly edge: Edge;
}

/** Enough tries to find a missing link in any account that is not linked through and through. */
const tries = 200;

/** Lets a colleague put one more fitting metric on a dashboard. Returns null when there is nothing left to link. */
export function makeColleagueChange(account: Account, random: Random): ColleagueChange | null {
  const people = entitiesOf(account, 'collaborators');
  const dashboards = entitiesOf(account, 'dashboards').filter((dashboard) => !dashboard.archived);
  const metrics = entitiesOf(account, 'metrics').flatMap(toMetrics);
  if (people.length === 0 || dashboards.length === 0 || metrics.length === 0) return null;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const dashboard = pickOne(random, dashboards);
    const metric = pickOne(random, metrics);
    const edge = { parent: toRef(dashboard), child: toRef(metric) };
    if (hasEdge(account, edge) || !fits(metric, shownOn(account, dashboard))) continue;
    createEdge(account, edge);
    return { text: `${toName(pickOne(random, people))} added “${metric.name}” to “${dashboard.name}”`, edge };
  }
  return null;
}

function shownOn(account: Account, dashboard: SiteEntity): Metric[] {
  return edgesOf(account, dashboard, 'children').flatMap(({ child }) =>
    toMetrics(findEntity(account, child)),
  );
}

/** Somebody sensible adds what resembles the rest: the same line, if it is about one, and a shared subject. */
function fits(metric: Metric, shown: readonly Metric[]): boolean {
  const places = new Set(shown.map(toPlace));
  if (places.size === 1 && !places.has(toPlace(metric))) return false;
  const subjects = new Set(shown.flatMap(({ tags }) => tags.split(',')));
  return metric.tags.split(',').some((tag) => subjects.has(tag));
}

/** The first two words, such as `Line 3`. */
function toPlace({ name }: Metric): string {
  return name.split(' ', 2).join(' ');
}

function toMetrics(entity: SiteEntity | undefined): Metric[] {
  return entity?.type === 'metrics' && !entity.archived ? [entity] : [];
}

function toRef({ type, id }: SiteEntity) {
  return { type, id };
}

function toName(entity: SiteEntity): string {
  return entity.type === 'collaborators' ? `${entity.name} ${entity.lastName}` : entity.name;
}
