import type { ApiKey, Site, Tenant } from './site.ts';

/** The key of the person whom the client speaks for. It opens only servers of this kind. */
export const DEFAULT_KEY = 'a1b2c3d4'.repeat(8);
/** The key of a colleague in the same tenant. */
export const COLLEAGUE_KEY = 'c0ffee00'.repeat(8);
/** A key that was revoked. */
export const REVOKED_KEY = 'dead0000'.repeat(8);
/** A key that opens the tiny fleet's second tenant only. */
export const OTHER_TENANT_KEY = '0defaced'.repeat(8);
/** A key of the tiny fleet's third tenant, whose product has no assets. */
export const HELPDESK_KEY = 'feed0000'.repeat(8);

/** The only tenant of the fleet drawn at random and of the large one. */
export const FLEET_TENANT = '5f1c2a70-3b4d-4e6f-8a91-0c2d4e6f8a1b';

/** Gives the site its usual keys: of one person, a colleague, and somebody who left. */
export function addUsualKeys(site: Site, tenant: Tenant): void {
  site.keys.push(
    toKeyOf(DEFAULT_KEY, tenant.id, 'Robin Lake'),
    toKeyOf(COLLEAGUE_KEY, tenant.id, 'Sam Shore'),
    { ...toKeyOf(REVOKED_KEY, tenant.id, 'Lee Gone'), active: false },
  );
}

/** A key in force. */
export function toKeyOf(key: string, tenantId: string, owner: string): ApiKey {
  return { key, tenantId, owner, active: true };
}
