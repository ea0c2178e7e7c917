import {
  type Asset,
  type Collaborator,
  type Dashboard,
  type EntityType,
  type Metric,
  type SiteEntity,
  type Unit,
} from './site.ts';

const celsius: Unit = { id: 3, name: 'Celsius', symbol: '°C' };
const fresh = { description: null, archived: false, deleted: false } as const;

/** An entity with plain values in every field but its name. */
export function toNewEntity(type: EntityType, id: number, name: string): SiteEntity {
  switch (type) {
    case 'assets':
      return toNewAsset(id, name);
    case 'dashboards':
      return toNewDashboard(id, name);
    case 'metrics':
      return toNewMetric(id, name);
    case 'collaborators':
      return toNewCollaborator(id, name, 'Newcomer');
  }
}

export function toNewAsset(id: number, name: string): Asset {
  return { ...fresh, type: 'assets', id, name, categoryId: 1 };
}

/** The UUID is made of the id, so a metric that takes a freed id takes its UUID too. */
export function toNewMetric(id: number, name: string): Metric {
  const identifier = `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
  const createdAt = '2025-01-10T12:00:00.000Z';
  return { ...fresh, type: 'metrics', id, name, identifier, unit: celsius, tags: 'temperature', createdAt };
}

export function toNewDashboard(id: number, name: string): Dashboard {
  return { ...fresh, type: 'dashboards', id, name, parentId: null, color: '#1971C2' };
}

export function toNewCollaborator(id: number, name: string, lastName: string): Collaborator {
  return { ...fresh, type: 'collaborators', id, name, lastName, email: toEmail(name, lastName), roleId: 2 };
}

/** An address in `example.com`, which can belong to nobody (RFC 2606). */
export function toEmail(name: string, lastName: string): string {
  const plain = `${name}.${lastName}`
    .replaceAll('ø', 'o')
    .normalize('NFD')
    .replace(/[^\w.]/g, '');
  return `${plain.toLowerCase()}@example.com`;
}
