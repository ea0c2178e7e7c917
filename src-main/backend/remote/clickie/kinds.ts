import { z } from 'zod';

/**
 * The four kinds of Clickie: what they are called in paths, how a row of their list reads, and what names one.
 * Source: Clickie API v4 documentation, pages Assets, Dashboards, Metrics, Collaborators.
 */
export interface ClickieKind {
  readonly kind: string;
  readonly plural: string;
  /** Whether the list is filtered by `archived`; dashboards leave archived ones out unless asked. */
  readonly archivable: boolean;
  /** What its own GET takes; asked with anything else, a 404 would prove nothing. */
  readonly lookupForm: RegExp;
  readonly row: z.ZodType<ClickieRow>;
}

/** What every row comes down to. */
export interface ClickieRow {
  readonly id: number;
  readonly lookupId: string;
  readonly name: string | null;
  readonly archived: boolean | null;
}

const Id = z.int().nonnegative();
const Text = z.string().nullish();
const Flag = z.boolean().nullish();
const integer = /^\d+$/;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

const asset: ClickieKind = {
  kind: 'asset',
  plural: 'assets',
  archivable: true,
  lookupForm: integer,
  row: z.looseObject({ id_asset: Id, asset_name: Text, asset_archived: Flag }).transform((row) => ({
    id: row.id_asset,
    lookupId: String(row.id_asset),
    name: row.asset_name ?? null,
    archived: row.asset_archived ?? null,
  })),
};

const dashboard: ClickieKind = {
  kind: 'dashboard',
  plural: 'dashboards',
  archivable: true,
  lookupForm: integer,
  row: z
    .looseObject({ id_dashboard: Id, dashboard_name: Text, dashboard_archived: Flag })
    .transform((row) => ({
      id: row.id_dashboard,
      lookupId: String(row.id_dashboard),
      name: row.dashboard_name ?? null,
      archived: row.dashboard_archived ?? null,
    })),
};

/** Relationships use the integer, `GET /metrics/{metric_identifier}` the UUID. */
const metric: ClickieKind = {
  kind: 'metric',
  plural: 'metrics',
  archivable: false,
  lookupForm: uuid,
  row: z.looseObject({ id_metric: Id, metric_identifier: Text, metric_name: Text }).transform((row) => ({
    id: row.id_metric,
    lookupId: row.metric_identifier ?? '',
    name: row.metric_name ?? null,
    archived: null,
  })),
};

const collaborator: ClickieKind = {
  kind: 'collaborator',
  plural: 'collaborators',
  archivable: false,
  lookupForm: integer,
  row: z
    .looseObject({ id_user: Id, user_email: Text, user_name: Text, user_last_name: Text })
    .transform((row) => ({
      id: row.id_user,
      lookupId: String(row.id_user),
      name: [row.user_name, row.user_last_name].filter(Boolean).join(' ') || (row.user_email ?? null),
      archived: null,
    })),
};

export const clickieKinds: readonly ClickieKind[] = [asset, dashboard, metric, collaborator];

/** The plural that paths use; an unknown kind is sent as it came. */
export function toPlural(kind: string): string {
  return clickieKinds.find((known) => known.kind === kind)?.plural ?? kind;
}

/** The singular; rows name types in the plural, other routes in the singular. */
export function toKind(type: string): string {
  return clickieKinds.find((known) => known.plural === type || known.kind === type)?.kind ?? type;
}
