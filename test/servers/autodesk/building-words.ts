/** The words that the seeded hospital is made of. */

/** A kind of asset, how often it occurs, and what goes wrong with it. */
export interface AssetWords {
  readonly category: string;
  readonly discipline: 'Mechanical' | 'Electrical' | 'Architectural' | 'Fire safety';
  /** In front of the number, such as `AHU`. */
  readonly prefix: string;
  readonly noun: string;
  /** Of 300 assets. */
  readonly count: number;
  readonly makers: readonly string[];
  readonly defects: readonly string[];
}

export const assetWords: readonly AssetWords[] = [
  {
    category: 'Air handlers',
    discipline: 'Mechanical',
    prefix: 'AHU',
    noun: 'Air handling unit',
    count: 16,
    makers: ['Norvent', 'Airmark'],
    defects: ['Filter access blocked at', 'Missing vibration mounts under', 'Duct joint leaks at'],
  },
  {
    category: 'Pumps',
    discipline: 'Mechanical',
    prefix: 'PMP',
    noun: 'Circulation pump',
    count: 28,
    makers: ['Aquadyne', 'Hydra & Sons'],
    defects: ['Coupling misaligned on', 'No drain valve at', 'Insulation damaged on'],
  },
  {
    category: 'Chillers',
    discipline: 'Mechanical',
    prefix: 'CHL',
    noun: 'Water-cooled chiller',
    count: 6,
    makers: ['Polaris'],
    defects: ['Refrigerant detector not wired at', 'Clearance too small around'],
  },
  {
    category: 'Fans',
    discipline: 'Mechanical',
    prefix: 'FAN',
    noun: 'Exhaust fan',
    count: 26,
    makers: ['Norvent', 'Breeze'],
    defects: ['Wrong direction of rotation on', 'Guard missing on'],
  },
  {
    category: 'Fire dampers',
    discipline: 'Fire safety',
    prefix: 'FD',
    noun: 'Motorised fire damper',
    count: 42,
    makers: ['Flameguard'],
    defects: ['No access panel for', 'Sealant missing round', 'End switch faulty on'],
  },
  {
    category: 'Smoke detectors',
    discipline: 'Fire safety',
    prefix: 'SD',
    noun: 'Optical smoke detector',
    count: 34,
    makers: ['Flameguard', 'Sentry'],
    defects: ['Dust cap still on', 'Address label missing on'],
  },
  {
    category: 'Distribution panels',
    discipline: 'Electrical',
    prefix: 'DP',
    noun: 'Distribution panel',
    count: 36,
    makers: ['Voltaris', 'Kern Electric'],
    defects: ['Circuit chart missing in', 'Earth bar loose in', 'Door does not close on'],
  },
  {
    category: 'Uninterruptible supplies',
    discipline: 'Electrical',
    prefix: 'UPS',
    noun: 'Uninterruptible power supply',
    count: 10,
    makers: ['Kern Electric'],
    defects: ['Battery room too warm at', 'Bypass not labelled on'],
  },
  {
    category: 'Emergency luminaires',
    discipline: 'Electrical',
    prefix: 'EL',
    noun: 'Emergency luminaire',
    count: 32,
    makers: ['Lumen Works'],
    defects: ['Test button out of reach on', 'Lamp failed in'],
  },
  {
    category: 'Doors',
    discipline: 'Architectural',
    prefix: 'DR',
    noun: 'Fire-rated door',
    count: 58,
    makers: ['Portal', 'Hartholz'],
    defects: ['Closer too weak on', 'Gap at the sill of', 'Scratched leaf on', 'Wrong handing of'],
  },
  {
    category: 'Lifts',
    discipline: 'Architectural',
    prefix: 'LFT',
    noun: 'Bed lift',
    count: 6,
    makers: ['Ascent'],
    defects: ['Levelling off by 12 mm at', 'Intercom silent in'],
  },
  {
    category: 'Windows',
    discipline: 'Architectural',
    prefix: 'WN',
    noun: 'Openable window',
    count: 6,
    makers: ['Portal'],
    defects: ['Restrictor missing on'],
  },
];

/** Label and colour, in the order of the work. */
export const statusWords: readonly (readonly [string, string])[] = [
  ['Specified', 'adsk-grey-500'],
  ['Ordered', 'adsk-yellow-500'],
  ['Delivered', 'adsk-orange-500'],
  ['Installed', 'adsk-blue-500'],
  ['Commissioned', 'adsk-turquoise-500'],
  ['Accepted', 'adsk-green-500'],
];

export const levels: readonly string[] = ['B1', '00', '01', '02', '03', '04', '05'];
export const wings: readonly string[] = ['north wing', 'south wing', 'core', 'link building'];
export const issueStatuses: readonly string[] = ['open', 'pending', 'in_review', 'closed'];
export const checklistStatuses: readonly string[] = ['notStarted', 'inProgress', 'completed'];
export const checklistTitles: readonly string[] = [
  'Delivery inspection',
  'Installation check',
  'Pre-commissioning',
  'Functional test',
  'Handover walk-round',
];
