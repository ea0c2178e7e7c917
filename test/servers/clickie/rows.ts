import type { EntityRef, Metric, SiteEntity } from './site.ts';
import type { ClickieSwitches } from './switches.ts';

type Row = Readonly<Record<string, unknown>>;
type Wire = Pick<ClickieSwitches, 'idOffset' | 'oddNames'>;

/** An entity as the API lists it. Keys: the published pages of assets, dashboards, metrics and collaborators. */
export function toEntityRow(entity: SiteEntity, wire: Wire): Row {
  const id = toWireId(entity.id, wire);
  const name = toWireName(entity, wire);
  switch (entity.type) {
    case 'assets':
      return {
        id_asset: id,
        id_category: entity.categoryId,
        asset_name: name,
        asset_description: entity.description,
        asset_observations: null,
        asset_archived: entity.archived,
      };
    case 'dashboards':
      return {
        id_dashboard: id,
        id_parent_dashboard: entity.parentId === null ? null : toWireId(entity.parentId, wire),
        dashboard_name: name,
        dashboard_description: entity.description,
        dashboard_color: entity.color,
        dashboard_archived: entity.archived,
      };
    case 'metrics':
      return toMetricRow(entity, id, name);
    case 'collaborators':
      return {
        id_user: id,
        user_email: entity.email,
        user_name: name,
        user_last_name: entity.lastName,
        id_role: entity.roleId,
      };
  }
}

/** A metric as `/search/metrics` gives it, with every field of the published page. */
export function toSearchRow(metric: Metric, resource: EntityRef | null, wire: Wire): Row {
  return {
    ...(resource ? { id_resource: toWireId(resource.id, wire) } : {}),
    ...toMetricRow(metric, toWireId(metric.id, wire), toWireName(metric, wire)),
    source_name: 'API',
    uom_name: metric.unit.name,
    uom_unit: metric.unit.symbol,
    uom_description: metric.unit.name,
    id_aggregation: 1,
    aggregation_name: 'mean',
    aggregation_description: 'Average',
    aggregation_function: 'mean',
    id_interpolation: 2,
    interpolation_name: 'linear',
    interpolation_description: 'Linear interpolation',
    interpolation_function: 'linear',
  };
}

/** An id as it is written on the wire. */
export function toWireId(id: number, wire: Pick<Wire, 'idOffset'>): number {
  return id + wire.idOffset;
}

/** The id in the site of an id read from the wire. */
export function fromWireId(id: number, wire: Pick<Wire, 'idOffset'>): number {
  return id - wire.idOffset;
}

function toMetricRow(metric: Metric, id: number, name: string): Row {
  return {
    id_metric: id,
    metric_identifier: metric.identifier,
    metric_name: name,
    id_metric_source: 4,
    id_uom: metric.unit.id,
    metric_description: metric.description,
    metric_tags: metric.tags,
    metric_formula: null,
    metric_force_availability: false,
    metric_impacts_health: true,
    created_at: metric.createdAt,
  };
}

function toWireName(entity: SiteEntity, wire: Wire): string {
  if (!wire.oddNames) return entity.name;
  switch (entity.id % 5) {
    case 0:
      return `${entity.name}\u0000after NUL`;
    case 1:
      return `🏭 ${entity.name} 👩‍🔧`;
    case 2:
      return `\u202Eمضخة التبريد ${entity.name}`;
    case 3:
      return `${entity.name} ${'very long '.repeat(2000)}`;
    default:
      return `=1+1 <b>${entity.name}</b>\r\n\t"quoted"`;
  }
}
