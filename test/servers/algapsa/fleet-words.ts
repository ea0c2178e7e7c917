/** A company with its size: desks, and how far its server room goes. */
export interface CompanyWords {
  readonly name: string;
  /** Stands in names of assets, such as `HBR-WS-014`. */
  readonly short: string;
  readonly domain: string;
  readonly desks: number;
  readonly rooms: 'office' | 'rack' | 'two-sites';
}

export const companies: readonly CompanyWords[] = [
  { name: 'Harbour Dental Group', short: 'HDG', domain: 'harbourdental.example', desks: 26, rooms: 'rack' },
  {
    name: 'Whitlock & Sons Accountants',
    short: 'WSA',
    domain: 'whitlock.example',
    desks: 18,
    rooms: 'rack',
  },
  {
    name: 'Northgate Logistics',
    short: 'NGL',
    domain: 'northgate.example',
    desks: 38,
    rooms: 'two-sites',
  },
  { name: 'Bright Beginnings Nursery', short: 'BBN', domain: 'brightb.example', desks: 7, rooms: 'office' },
  { name: 'Castle Hill Architects', short: 'CHA', domain: 'castlehill.example', desks: 15, rooms: 'rack' },
  { name: 'Meridian Legal', short: 'MER', domain: 'meridian.example', desks: 22, rooms: 'rack' },
  {
    name: 'Orchard Veterinary Clinic',
    short: 'OVC',
    domain: 'orchardvet.example',
    desks: 9,
    rooms: 'office',
  },
  { name: 'Pike Street Brewing', short: 'PSB', domain: 'pikestreet.example', desks: 8, rooms: 'office' },
  { name: 'St Brigid’s Hospice', short: 'SBH', domain: 'stbrigids.example', desks: 24, rooms: 'two-sites' },
  { name: 'Tidewater Insurance', short: 'TWI', domain: 'tidewater.example', desks: 17, rooms: 'rack' },
  { name: 'Vega Machine Works', short: 'VMW', domain: 'vegaworks.example', desks: 19, rooms: 'rack' },
  { name: 'Kowalski Żagle', short: 'KZG', domain: 'zagle.example', desks: 6, rooms: 'office' },
];

export const firstNames: readonly string[] = [
  'Aisha',
  'Ben',
  'Carla',
  'Dmitri',
  'Elif',
  'Fergus',
  'Grace',
  'Hugo',
  'Ines',
  'Jonas',
  'Keiko',
  'Liam',
  'Maren',
  'Nadia',
  'Owen',
  'Priya',
  'Rosa',
  'Søren',
  'Tomás',
  'Zoë',
];

export const desktops: readonly string[] = [
  'Dell OptiPlex 7010',
  'HP EliteDesk 800',
  'Lenovo ThinkCentre M70',
];
export const laptops: readonly string[] = ['Lenovo ThinkPad T14', 'Dell Latitude 5440', 'MacBook Air M2'];
export const phones: readonly string[] = ['iPhone 14', 'Galaxy A54', 'iPad Air'];
export const printers: readonly string[] = [
  'Brother MFC-L8900',
  'HP LaserJet M479',
  'Xerox VersaLink C405',
  'Zebra ZD421',
];

/** A virtual or plain server: what it does, and what it needs below it. */
export interface ServerRole {
  readonly short: string;
  readonly name: string;
  readonly needs: readonly string[];
}

export const serverRoles: readonly ServerRole[] = [
  { short: 'DC01', name: 'Domain controller', needs: [] },
  { short: 'FS01', name: 'File server', needs: ['DC01'] },
  { short: 'SQL01', name: 'Database server', needs: ['DC01'] },
  { short: 'APP01', name: 'Line-of-business application', needs: ['SQL01', 'DC01'] },
  { short: 'RDS01', name: 'Remote desktop host', needs: ['DC01', 'FS01', 'APP01'] },
];
