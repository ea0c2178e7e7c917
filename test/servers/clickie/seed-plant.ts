import { createRandom, pickNumber, pickOne, pickSome, type Random } from '../shared/random.ts';
import {
  categories,
  type Equipment,
  halls,
  lineMachines,
  lineMeasures,
  type Measure,
  parts,
  people,
  plantDashboards,
  roles,
  serviceBuildings,
  units,
} from './plant-words.ts';
import { addUsualKeys, createPlanter, type Planter } from './planter.ts';
import {
  type Account,
  type Asset,
  addAccount,
  archiveEntity,
  type Collaborator,
  createSite,
  type Dashboard,
  type Metric,
  type Site,
} from './site.ts';

export interface PlantOptions {
  /** The same seed gives the same plant. */
  readonly seed?: number;
  /** How many plants stand side by side; each has about 400 entities and 900 relationships. */
  readonly scale?: number;
}

/** What has been built so far, for those who link to it later. */
interface Plant {
  readonly account: Account;
  readonly random: Random;
  readonly add: Planter;
  readonly lines: { readonly asset: Asset; readonly machines: Asset[]; readonly metrics: Metric[] }[];
  readonly equipment: Asset[];
  readonly metrics: Metric[];
  readonly dashboards: Dashboard[];
}

const siteNames = ['Riverside', 'Harbour', 'Hillside', 'Lakeview', 'Northfield', 'Valley'];

/** A bottling plant as its people keep it in Clickie: assets in a tree, sensors, dashboards, collaborators. */
export function seedPlant({ seed = 1, scale = 1 }: PlantOptions = {}): Site {
  const random = createRandom(seed);
  const site = createSite();
  const account = addAccount(site, 4210, 'Riverside Bottling');
  const add = createPlanter(account, random);
  const staff: Collaborator[] = [];
  for (let index = 0; index < Math.max(1, Math.round(scale)); index += 1) {
    const plant: Plant = { account, random, add, lines: [], equipment: [], metrics: [], dashboards: [] };
    const name = siteNames[index] ?? `Plant ${index + 1}`;
    buildPlant(plant, `${name} bottling plant`);
    addDashboards(plant);
    staff.push(...addPeople(plant, index));
  }
  account.changes.length = 0;
  addUsualKeys(site, account, pickRole(staff, roles.manager, 0), pickRole(staff, roles.manager, 1));
  return site;
}

function buildPlant(plant: Plant, name: string): void {
  const { add } = plant;
  const root = add.asset(name, categories.site, 'Carbonated drinks and water, three shifts');
  for (const hall of halls) {
    const building = add.asset(hall.name, categories.building);
    add.link(root, building);
    for (const line of hall.lines) buildLine(plant, building, line);
  }
  const retired = add.asset(
    'Line 0 – returnable glass (retired)',
    categories.line,
    'Stopped in 2023, kept for its history',
  );
  archiveEntity(plant.account, retired);
  add.link(root, retired);
  for (const { name: buildingName, equipment } of serviceBuildings) {
    const building = add.asset(buildingName, categories.building);
    add.link(root, building);
    for (const item of equipment) buildEquipment(plant, building, item, item.name);
  }
}

function buildLine(plant: Plant, building: Asset, name: string): void {
  const { add } = plant;
  const asset = add.asset(name, categories.line);
  add.link(building, asset);
  const short = name.split(' – ')[0] ?? name;
  const metrics = lineMeasures.map((measure) => addMetric(plant, asset, short, measure));
  const machines = lineMachines.map((machine) => {
    const { asset: built, metrics: own } = buildEquipment(plant, asset, machine, `${short} ${machine.name}`);
    metrics.push(...own);
    return built;
  });
  // What counts for a line's output hangs on the line as well as on the machine that measures it.
  for (const metric of metrics)
    if (metric.tags.includes('oee') || metric.tags.includes('energy')) add.link(asset, metric);
  plant.lines.push({ asset, machines, metrics });
}

function buildEquipment(plant: Plant, parent: Asset, item: Equipment, name: string) {
  const { add } = plant;
  const asset = add.asset(name, item.categoryId);
  add.link(parent, asset);
  plant.equipment.push(asset);
  const metrics = item.measures.map((measure) => addMetric(plant, asset, name, measure));
  for (const part of item.parts) {
    const component = add.asset(`${name} ${part}`, categories.component);
    add.link(asset, component);
    for (const measure of parts[part]) metrics.push(addMetric(plant, component, `${name} ${part}`, measure));
  }
  return { asset, metrics };
}

function addMetric(plant: Plant, asset: Asset, prefix: string, measure: Measure): Metric {
  const metric = plant.add.metric(`${prefix} ${measure.name}`, units[measure.unit], measure.tags);
  plant.add.link(asset, metric);
  plant.metrics.push(metric);
  return metric;
}

function addDashboards(plant: Plant): void {
  const { add, random, dashboards } = plant;
  const overview = add.dashboard('Plant overview', '#343A40');
  const retired = add.dashboard('Plant overview 2023', '#868E96');
  archiveEntity(plant.account, retired);
  dashboards.push(overview);
  for (const { asset, machines, metrics } of plant.lines) {
    const line = add.dashboard(`${asset.name} – performance`, '#0C8599', overview.id);
    const care = add.dashboard(`${asset.name} – maintenance`, '#9C36B5', overview.id);
    dashboards.push(line, care);
    add.link(overview, asset);
    for (const dashboard of [line, care]) add.link(dashboard, asset);
    for (const machine of pickSome(random, machines, 5)) add.link(care, machine);
    for (const metric of pickSome(random, metrics, 18)) add.link(line, metric);
    for (const metric of metrics.filter(({ tags }) => tags.includes('condition'))) add.link(care, metric);
  }
  for (const { name, tag, color } of plantDashboards) {
    const dashboard = add.dashboard(name, color, overview.id);
    dashboards.push(dashboard);
    const fitting = plant.metrics.filter(({ tags }) => tags.includes(tag));
    for (const metric of pickSome(random, fitting, 20)) add.link(dashboard, metric);
    for (const asset of pickSome(random, plant.equipment, 2)) add.link(dashboard, asset);
  }
}

function addPeople(plant: Plant, index: number): Collaborator[] {
  return people.map(({ first, last, role }) => {
    const person = plant.add.collaborator(first, index === 0 ? last : `${last} ${index + 1}`, role);
    linkPerson(plant, person);
    return person;
  });
}

/** Line leads have one line, technicians many machines, the others dashboards above all. */
function linkPerson({ add, random, lines, equipment, dashboards }: Plant, person: Collaborator): void {
  if (person.roleId === roles.lineLead) {
    const line = pickOne(random, lines);
    add.link(person, line.asset);
    for (const machine of line.machines) add.link(person, machine);
  }
  if (person.roleId === roles.technician) {
    for (const asset of pickSome(random, equipment, pickNumber(random, 7, 12))) add.link(person, asset);
  }
  const watched = person.roleId === roles.manager ? 8 : pickNumber(random, 3, 5);
  for (const dashboard of pickSome(random, dashboards, watched)) add.link(person, dashboard);
}

function pickRole(staff: readonly Collaborator[], roleId: number, index: number): Collaborator {
  const person = staff.filter((one) => one.roleId === roleId)[index];
  if (!person) throw new Error(`Nobody has role ${roleId}`);
  return person;
}
