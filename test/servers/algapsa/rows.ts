import { type Call, toIso, type World } from './answers.ts';
import type { Asset, Link, Tenant } from './site.ts';

/** Within so long of its end a warranty is about to expire; the real span is not known. */
const soonMs = 30 * 24 * 60 * 60 * 1000;

/** The columns of the table of assets, in its order. */
export function toColumns(tenant: Tenant, asset: Asset) {
  return {
    tenant: tenant.id,
    asset_id: asset.id,
    asset_tag: asset.tag,
    serial_number: asset.serialNumber,
    name: asset.name,
    status: asset.status,
    location: asset.location,
    purchase_date: toMoment(asset.purchasedAt),
    warranty_end_date: toMoment(asset.warrantyEndsAt),
    attributes: null,
    created_at: toIso(asset.createdAt),
    updated_at: toIso(asset.updatedAt),
    asset_type: asset.assetType,
    client_id: asset.clientId,
    rmm_provider: null,
    rmm_device_id: null,
    rmm_organization_id: null,
    agent_status: null,
    last_seen_at: null,
    last_rmm_sync_at: null,
    notes_document_id: null,
    location_id: null,
    service_id: null,
    stock_unit_id: null,
  };
}

/** The columns with what is joined and derived: a row of the export. */
export function toAssetRow({ tenant, world }: Call, asset: Asset) {
  return {
    ...toColumns(tenant, asset),
    client_name: tenant.clients.get(asset.clientId)?.name ?? null,
    warranty_status: toWarrantyStatus(world, asset),
  };
}

/** A row of the list of assets. */
export function toListedRow(call: Call, asset: Asset) {
  return { ...toAssetRow(call, asset), _links: toLinks(asset.id) };
}

/** One asset with all its parts. `documents` is always empty. */
export function toDetail(call: Call, asset: Asset, relationships: readonly object[]) {
  const client = call.tenant.clients.get(asset.clientId);
  return {
    ...toAssetRow(call, asset),
    client: {
      client_id: asset.clientId,
      client_name: client?.name ?? null,
      billing_email: client?.billingEmail ?? null,
    },
    ...(asset.extension === undefined ? {} : { extension_data: asset.extension }),
    relationships,
    documents: [],
    maintenance_schedules: [],
    _links: toLinks(asset.id),
  };
}

/** The columns of the table of relationships. */
export function toLinkColumns(tenant: Tenant, link: Link) {
  return {
    tenant: tenant.id,
    parent_asset_id: link.parentId,
    child_asset_id: link.childId,
    relationship_type: link.relationshipType,
    created_at: toIso(link.createdAt),
    // Rows are never updated, and the column has no trigger.
    updated_at: toIso(link.createdAt),
  };
}

/** The columns of the repaired table. */
export function toRepairedColumns(tenant: Tenant, link: Link) {
  return {
    ...toLinkColumns(tenant, link),
    relationship_id: link.relationshipId,
    asset_id: link.parentId,
    related_asset_id: link.childId,
  };
}

/** What the published page shows of a relationship. */
export function toDocumentedColumns(tenant: Tenant, link: Link) {
  return {
    relationship_id: link.relationshipId,
    asset_id: link.parentId,
    related_asset_id: link.childId,
    relationship_type: link.relationshipType,
    tenant: tenant.id,
    created_at: toIso(link.createdAt),
  };
}

/** What is shown of the asset at the other end; null where it is gone. */
export function toFarEnd(asset: Asset | undefined) {
  return {
    asset_tag: asset?.tag ?? null,
    related_asset_name: asset?.name ?? null,
    asset_type: asset?.assetType ?? null,
    status: asset?.status ?? null,
  };
}

function toLinks(id: string) {
  const href = `/api/v1/assets/${id}`;
  return {
    self: { href, method: 'GET' },
    edit: { href, method: 'PUT' },
    delete: { href, method: 'DELETE' },
    list: { href: '/api/v1/assets', method: 'GET' },
  };
}

function toWarrantyStatus({ now }: World, { warrantyEndsAt }: Asset): string {
  if (warrantyEndsAt === null) return 'no_warranty';
  if (warrantyEndsAt < now()) return 'expired';
  return warrantyEndsAt < now() + soonMs ? 'expiring_soon' : 'active';
}

function toMoment(at: number | null): string | null {
  return at === null ? null : toIso(at);
}
