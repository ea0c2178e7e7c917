import { createRandom, pickNumber, pickOne, pickSome, type Random } from '../shared/random.ts';
import {
  type CompanyWords,
  companies,
  desktops,
  firstNames,
  laptops,
  phones,
  printers,
  type ServerRole,
  serverRoles,
} from './fleet-words.ts';
import { addUsualKeys, FLEET_TENANT } from './keys.ts';
import { createPlanter, type Planter } from './planter.ts';
import { type Asset, addTenant, createSite, type Site } from './site.ts';

/** Which fleet, and how many times its desks. */
export interface FleetOptions {
  readonly seed?: number;
  /** 1, the usual, gives about 400 assets and 700 relationships. */
  readonly scale?: number;
}

/** Relationship types as people type them: one meaning is not always one text. */
const words = {
  connected: ['connected to', 'connected to', 'connected to', 'Connected To', 'connected_to'],
  depends: ['depends on', 'depends on', 'depends on', 'Depends on'],
  backup: ['backed up by', 'backed up by', 'Backed up by'],
  hosted: ['hosted on', 'runs on'],
  power: ['powered by'],
  prints: ['prints to'],
  other: ['related', 'related', 'affected', 'used with'],
} as const;

/** One client under construction. */
interface Company {
  readonly about: CompanyWords;
  readonly plant: Planter;
  readonly random: Random;
  readonly clientId: string;
}

/** The backbone of a client, which everything else hangs on. */
interface Backbone {
  readonly switches: readonly Asset[];
  readonly access: Asset;
  readonly servers: ReadonlyMap<string, Asset>;
  readonly printers: readonly Asset[];
}

/** The fleet of Lakeside IT Services, who look after twelve small companies. */
export function seedFleet({ seed = 1, scale = 1 }: FleetOptions = {}): Site {
  const random = createRandom(seed);
  const site = createSite();
  const tenant = addTenant(site, { id: FLEET_TENANT, name: 'Lakeside IT Services' });
  const plant = createPlanter(tenant, random);
  for (const about of companies) {
    const { id: clientId } = plant.client(about.name, about.domain);
    const company = { about: { ...about, desks: Math.round(about.desks * scale) }, plant, random, clientId };
    plantDesks(company, plantBackbone(company));
  }
  addUsualKeys(site, tenant);
  return site;
}

function plantBackbone(company: Company): Backbone {
  const { about } = company;
  const firewall = plantAsset(company, 'network_device', 'FW01', 'Firewall', 'Comms cabinet');
  const count = about.rooms === 'two-sites' ? 3 : 1;
  const switches = Array.from({ length: count }, (_, n) =>
    plantAsset(company, 'network_device', `SW0${n + 1}`, 'Switch', n === 2 ? 'Second site' : 'Comms cabinet'),
  );
  for (const one of switches)
    link(company, one, 'connected', switches[0] === one ? firewall : must(switches[0]));
  const access = plantAsset(company, 'network_device', 'AP01', 'Access point', 'Ceiling');
  link(company, access, 'connected', must(switches[0]));
  const ups = plantAsset(company, 'unknown', 'UPS01', 'Battery backup', 'Comms cabinet');
  for (const one of [firewall, ...switches]) link(company, one, 'power', ups);
  return {
    switches,
    access,
    servers: plantServers(company, switches, ups),
    printers: plantPrinters(company, switches),
  };
}

/** An office keeps a small store for backups; a rack runs machines on a host and saves them to it. */
function plantServers(company: Company, switches: readonly Asset[], ups: Asset): ReadonlyMap<string, Asset> {
  const servers = new Map<string, Asset>();
  const store = plantAsset(company, 'server', 'NAS01', 'Backup store', 'Comms cabinet');
  link(company, store, 'connected', must(switches[0]));
  link(company, store, 'power', ups);
  if (company.about.rooms === 'office') return servers.set('FS01', store);
  const host = plantAsset(company, 'server', 'HV01', 'Virtualisation host', 'Server rack');
  link(company, host, 'connected', must(switches[0]));
  link(company, host, 'power', ups);
  for (const role of serverRoles.slice(0, company.about.rooms === 'rack' ? 4 : 5)) {
    servers.set(role.short, plantServer(company, role, servers, { host, store }));
  }
  return servers;
}

function plantServer(
  company: Company,
  { short, name, needs }: ServerRole,
  servers: ReadonlyMap<string, Asset>,
  { host, store }: { readonly host: Asset; readonly store: Asset },
): Asset {
  const server = plantAsset(company, 'server', short, name, 'Server rack');
  link(company, server, 'hosted', host);
  link(company, server, 'backup', store);
  for (const need of needs) link(company, server, 'depends', must(servers.get(need)));
  return server;
}

function plantPrinters(company: Company, switches: readonly Asset[]): Asset[] {
  const { random, about } = company;
  return Array.from({ length: 1 + Math.floor(about.desks / 14) }, (_, n) => {
    const printer = plantAsset(company, 'printer', `PR0${n + 1}`, pickOne(random, printers), 'Corridor');
    link(company, printer, 'connected', pickOne(random, switches));
    return printer;
  });
}

/** Somebody at each desk has a computer, and some have a telephone or tablet besides. */
function plantDesks(company: Company, backbone: Backbone): void {
  const { random, about } = company;
  for (let n = 1; n <= about.desks; n += 1) {
    const person = pickOne(random, firstNames);
    const isLaptop = random() < 0.4;
    const [short, model] = isLaptop ? ['LT', pickOne(random, laptops)] : ['WS', pickOne(random, desktops)];
    const number = String(n).padStart(3, '0');
    const computer = plantAsset(
      company,
      'workstation',
      `${short}-${number}`,
      `${person}’s ${model}`,
      'Office',
    );
    link(company, computer, 'connected', isLaptop ? backbone.access : pickOne(random, backbone.switches));
    linkDesk(company, computer, backbone);
    if (random() < 0.3) plantPhone(company, `MD-${number}`, person, computer);
  }
}

function linkDesk(company: Company, computer: Asset, { servers, printers: all }: Backbone): void {
  const { random } = company;
  if (random() < 0.45) link(company, computer, 'prints', pickOne(random, all));
  if (random() < 0.5) {
    for (const server of pickSome(random, [...servers.values()], pickNumber(random, 1, 2))) {
      link(company, computer, 'depends', server);
    }
  }
}

function plantPhone(company: Company, short: string, person: string, computer: Asset): void {
  const model = pickOne(company.random, phones);
  const phone = plantAsset(company, 'mobile_device', short, `${person}’s ${model}`, 'Out and about');
  if (company.random() < 0.6) link(company, phone, 'other', computer);
}

function plantAsset(
  { plant, about, clientId }: Company,
  assetType: string,
  short: string,
  what: string,
  location: string,
): Asset {
  const tag = `${about.short}-${short}`;
  return plant.asset({ tag, name: `${tag} ${what}`, assetType, location, clientId });
}

function link({ plant, random }: Company, from: Asset, kind: keyof typeof words, to: Asset): void {
  plant.link(from, pickOne(random, words[kind]), to);
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The seed lacks a part');
  return value;
}
