import type { ConnectionDraft } from '../../src-preload/contract/model.ts';
import { DEFAULT_KEY as FLEET_KEY, seedTinyFleet, TINY_TENANTS, tinyId } from '../servers/algapsa/seed.ts';
import { startAlgapsaServer } from '../servers/algapsa/server.ts';
import { findLink, mustTenant } from '../servers/algapsa/site.ts';
import type { Profile } from '../servers/algapsa/switches.ts';
import { toRef } from '../servers/autodesk/entity-ref.ts';
import { findRelationship } from '../servers/autodesk/relationships.ts';
import { tinyIds } from '../servers/autodesk/seed.ts';
import { startAutodeskServer } from '../servers/autodesk/server.ts';
import { mustProject } from '../servers/autodesk/site.ts';
import { profiles as autodeskProfiles } from '../servers/autodesk/switches.ts';
import { DEFAULT_KEY as PLANT_KEY } from '../servers/clickie/seed.ts';
import { startClickieServer } from '../servers/clickie/server.ts';
import { serverHas } from './clickie-remote.ts';

/** A running server of one profile and how it is connected. */
export interface JourneyServer {
  readonly draft: ConnectionDraft;
  readonly secret: string;
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  stop(): Promise<void>;
  /** Whether the server has the relationship of the journey. */
  has(): boolean;
}

/**
 * One profile of a test server, and a relationship to make there while the server is away. `end` is what becomes of
 * it: it arrives; the server cannot take it and it is kept with the reason; or the server cannot even be connected.
 */
export interface ProfileJourney {
  readonly title: string;
  readonly source: { readonly name: string; readonly address: string };
  readonly target: { readonly name: string; readonly address: string };
  readonly type: string | null;
  readonly end: 'arrives' | 'kept' | 'not-connected';
  start(): Promise<JourneyServer>;
}

const algapsaEnds: Readonly<Record<Profile, ProfileJourney['end']>> = {
  intended: 'arrives',
  documented: 'arrives',
  head: 'kept',
  'v1.4.0': 'kept',
  'v1.3.0': 'kept',
  'v1.2.0': 'kept',
  'double-wrap': 'not-connected',
  'legacy-nocontext': 'not-connected',
};

function toAlgapsaJourney(profile: Profile): ProfileJourney {
  return {
    title: `AlgaPSA, ${profile}`,
    source: { name: 'Printer', address: `journey:asset:${tinyId(7)}` },
    target: { name: 'Firewall', address: `journey:asset:${tinyId(1)}` },
    type: 'prints through',
    end: algapsaEnds[profile],
    start: async () => {
      const server = await startAlgapsaServer({ site: seedTinyFleet(), switches: { profile } });
      const scope = TINY_TENANTS.first;
      return {
        draft: { name: 'journey', remote: 'algapsa', url: server.url, scope },
        secret: FLEET_KEY,
        goOffline: server.goOffline,
        goOnline: server.goOnline,
        stop: server.stop,
        has: () => findLink(mustTenant(server.site), tinyId(7), tinyId(1)) !== undefined,
      };
    },
  };
}

function toAutodeskJourney(profile: keyof typeof autodeskProfiles): ProfileJourney {
  return {
    title: `Autodesk, ${profile}`,
    source: { name: 'DP-01', address: `journey:asset:${tinyIds.asset(4)}` },
    target: { name: 'Filter access blocked at AHU-01', address: `journey:issue:${tinyIds.issue(1)}` },
    type: null,
    end: 'arrives',
    start: async () => {
      const server = await startAutodeskServer({ switches: autodeskProfiles[profile] });
      const project = mustProject(server.site);
      const callback = 'http://localhost:8080/oauth/callback/';
      const options = { region: 'EMEA', clientId: '', callback } as const;
      return {
        draft: { name: 'journey', remote: 'autodesk', url: server.url, scope: tinyIds.project, options },
        secret: server.signIn().access_token,
        goOffline: server.goOffline,
        goOnline: server.goOnline,
        stop: server.stop,
        has: () =>
          findRelationship(project, toRef('asset', tinyIds.asset(4)), toRef('issue', tinyIds.issue(1))) !==
          undefined,
      };
    },
  };
}

const clickieJourney: ProfileJourney = {
  title: 'Clickie',
  source: { name: 'Warehouse', address: 'journey:asset:20' },
  target: { name: 'Steam pressure', address: 'journey:metric:21' },
  type: null,
  end: 'arrives',
  start: async () => {
    const server = await startClickieServer();
    return {
      draft: { name: 'journey', remote: 'clickie', url: server.url, scope: '1' },
      secret: PLANT_KEY,
      goOffline: server.goOffline,
      goOnline: server.goOnline,
      stop: server.stop,
      has: () => serverHas(server, 'asset:20', 'metric:21'),
    };
  },
};

/** Every profile of every test server. */
export const profileJourneys: readonly ProfileJourney[] = [
  clickieJourney,
  // the keys of a record are not told as such
  ...(Object.keys(algapsaEnds) as Profile[]).map(toAlgapsaJourney),
  ...(Object.keys(autodeskProfiles) as (keyof typeof autodeskProfiles)[]).map(toAutodeskJourney),
];
