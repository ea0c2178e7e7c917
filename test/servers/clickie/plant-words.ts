/** What a bottling plant consists of: the names and numbers from which the demo's data are drawn. */

/** A kind of measurement: its name, unit of measure, and tags. */
export interface Measure {
  readonly name: string;
  readonly unit: keyof typeof units;
  readonly tags: string;
}

/** A machine or a part of one. Parts are built in, measures are taken on it. */
export interface Equipment {
  readonly name: string;
  readonly categoryId: number;
  readonly parts: readonly (keyof typeof parts)[];
  readonly measures: readonly Measure[];
}

/** Asset categories by what they stand for. */
export const categories = { site: 1, building: 2, line: 3, machine: 4, component: 5, utility: 6 } as const;

export const units = {
  celsius: { id: 3, name: 'Celsius', symbol: '°C' },
  bar: { id: 4, name: 'Bar', symbol: 'bar' },
  kilowatt: { id: 5, name: 'Kilowatt', symbol: 'kW' },
  kilowattHour: { id: 6, name: 'Kilowatt hour', symbol: 'kWh' },
  bottlesPerHour: { id: 7, name: 'Bottles per hour', symbol: 'bph' },
  percent: { id: 8, name: 'Percent', symbol: '%' },
  vibration: { id: 9, name: 'Millimetres per second', symbol: 'mm/s' },
  flow: { id: 10, name: 'Cubic metres per hour', symbol: 'm³/h' },
  volume: { id: 11, name: 'Cubic metres', symbol: 'm³' },
  ampere: { id: 12, name: 'Ampere', symbol: 'A' },
  brix: { id: 13, name: 'Degrees Brix', symbol: '°Bx' },
  conductivity: { id: 14, name: 'Microsiemens per centimetre', symbol: 'µS/cm' },
  ph: { id: 15, name: 'pH', symbol: 'pH' },
  hours: { id: 16, name: 'Hours', symbol: 'h' },
  pieces: { id: 17, name: 'Pieces', symbol: 'pcs' },
  newtonMetre: { id: 18, name: 'Newton metre', symbol: 'N·m' },
} as const;

function measure(name: string, unit: keyof typeof units, tags: string): Measure {
  return { name, unit, tags };
}

/** Parts and what is measured on them. */
export const parts = {
  'drive motor': [
    measure('motor current', 'ampere', 'electrical,motor'),
    measure('bearing vibration', 'vibration', 'condition,motor'),
  ],
  gearbox: [measure('oil temperature', 'celsius', 'condition,temperature')],
  'infeed conveyor': [measure('belt load', 'percent', 'conveyor')],
  'valve block': [measure('supply pressure', 'bar', 'pressure,pneumatic')],
  'capping head': [measure('closing torque', 'newtonMetre', 'quality,torque')],
  'glue unit': [measure('glue temperature', 'celsius', 'temperature')],
  'inspection camera': [measure('rejected bottles', 'pieces', 'quality')],
  'circulation pump': [
    measure('discharge pressure', 'bar', 'pressure,pump'),
    measure('bearing vibration', 'vibration', 'condition,pump'),
  ],
  'heat exchanger': [measure('outlet temperature', 'celsius', 'temperature')],
  burner: [measure('flue gas temperature', 'celsius', 'temperature,combustion')],
  compressor: [measure('oil pressure', 'bar', 'pressure,condition')],
  'dosing pump': [measure('dosing flow', 'flow', 'flow')],
} as const satisfies Record<string, readonly Measure[]>;

function machine(
  name: string,
  builtIn: readonly (keyof typeof parts)[],
  measures: readonly Measure[],
): Equipment {
  return { name, categoryId: categories.machine, parts: builtIn, measures };
}

function utility(
  name: string,
  builtIn: readonly (keyof typeof parts)[],
  measures: readonly Measure[],
): Equipment {
  return { name, categoryId: categories.utility, parts: builtIn, measures };
}

/** The machines of a bottling line, in the order in which a bottle passes them. */
export const lineMachines: readonly Equipment[] = [
  machine(
    'depalletiser',
    ['drive motor', 'infeed conveyor'],
    [measure('power', 'kilowatt', 'electrical,energy')],
  ),
  machine('rinser', ['valve block', 'circulation pump'], [measure('water flow', 'flow', 'water,flow')]),
  machine(
    'filler',
    ['valve block', 'drive motor', 'infeed conveyor', 'inspection camera'],
    [
      measure('output', 'bottlesPerHour', 'production,oee'),
      measure('bowl pressure', 'bar', 'pressure'),
      measure('product temperature', 'celsius', 'temperature,quality'),
    ],
  ),
  machine('capper', ['capping head'], [measure('power', 'kilowatt', 'electrical,energy')]),
  machine(
    'labeller',
    ['glue unit', 'inspection camera'],
    [measure('output', 'bottlesPerHour', 'production,oee')],
  ),
  machine('case packer', ['gearbox', 'valve block'], [measure('cycle count', 'pieces', 'production')]),
  machine('palletiser', ['drive motor', 'gearbox'], [measure('power', 'kilowatt', 'electrical,energy')]),
];

/** Measures of a whole line. */
export const lineMeasures: readonly Measure[] = [
  measure('OEE', 'percent', 'oee,production'),
  measure('energy', 'kilowattHour', 'energy'),
];

/** Halls with their lines. */
export const halls = [
  { name: 'Bottling hall A', lines: ['Line 1 – glass', 'Line 2 – PET', 'Line 3 – cans'] },
  { name: 'Bottling hall B', lines: ['Line 4 – PET', 'Line 5 – kegs'] },
] as const;

/** Buildings without lines and what stands in them. */
export const serviceBuildings: readonly {
  readonly name: string;
  readonly equipment: readonly Equipment[];
}[] = [
  {
    name: 'Syrup room',
    equipment: [
      machine('Mixing tank 1', ['dosing pump'], [measure('syrup sugar content', 'brix', 'quality')]),
      machine('Mixing tank 2', ['dosing pump'], [measure('syrup sugar content', 'brix', 'quality')]),
      machine(
        'Flash pasteuriser',
        ['heat exchanger'],
        [measure('holding temperature', 'celsius', 'quality')],
      ),
      machine(
        'CIP station',
        ['circulation pump'],
        [measure('caustic conductivity', 'conductivity', 'cleaning')],
      ),
    ],
  },
  {
    name: 'Utilities building',
    equipment: [
      utility('Steam boiler 1', ['burner'], [measure('steam pressure', 'bar', 'steam,pressure')]),
      utility('Steam boiler 2', ['burner'], [measure('steam pressure', 'bar', 'steam,pressure')]),
      utility('Ammonia chiller 1', ['compressor'], [measure('power', 'kilowatt', 'electrical,energy')]),
      utility('Ammonia chiller 2', ['compressor'], [measure('power', 'kilowatt', 'electrical,energy')]),
      utility('Air compressor 1', ['compressor'], [measure('network pressure', 'bar', 'air,pressure')]),
      utility('Air compressor 2', ['compressor'], [measure('running hours', 'hours', 'air,maintenance')]),
      utility('Main transformer', [], [measure('active power', 'kilowatt', 'electrical,energy')]),
      utility(
        'Cooling tower',
        ['circulation pump'],
        [measure('basin temperature', 'celsius', 'temperature')],
      ),
    ],
  },
  {
    name: 'Water treatment',
    equipment: [
      utility(
        'Reverse osmosis unit',
        ['circulation pump'],
        [measure('permeate conductivity', 'conductivity', 'water')],
      ),
      utility('Well pump', ['drive motor'], [measure('water volume', 'volume', 'water')]),
      utility('Effluent tank', ['dosing pump'], [measure('effluent pH', 'ph', 'water,environment')]),
    ],
  },
  {
    name: 'Cold store',
    equipment: [
      utility('Cold room north', [], [measure('room temperature', 'celsius', 'temperature,quality')]),
      utility('Cold room south', [], [measure('room temperature', 'celsius', 'temperature,quality')]),
    ],
  },
];

/** Dashboards that look across the plant: whose tags they gather. */
export const plantDashboards = [
  { name: 'Energy – whole plant', tag: 'energy', color: '#E8590C' },
  { name: 'Energy – electricity by machine', tag: 'electrical', color: '#F08C00' },
  { name: 'Quality – daily release', tag: 'quality', color: '#2F9E44' },
  { name: 'Water balance', tag: 'water', color: '#1971C2' },
  { name: 'Maintenance – vibration watch', tag: 'condition', color: '#9C36B5' },
  { name: 'Maintenance – pressure losses', tag: 'pressure', color: '#6741D9' },
  { name: 'Production – output and OEE', tag: 'oee', color: '#0C8599' },
  { name: 'Temperatures – process and rooms', tag: 'temperature', color: '#C2255C' },
] as const;

/** People by role; the last name follows the first. */
export const people = [
  { role: 1, first: 'Camila', last: 'Rojas' },
  { role: 1, first: 'Tomás', last: 'Aravena' },
  { role: 2, first: 'Ingrid', last: 'Sørensen' },
  { role: 2, first: 'Matías', last: 'Fuentes' },
  { role: 2, first: 'Aisha', last: 'Bello' },
  { role: 2, first: 'Peter', last: 'Van Dijk' },
  { role: 2, first: 'Lucía', last: 'Paredes' },
  { role: 3, first: 'Noor', last: 'Haddad' },
  { role: 3, first: 'Kenji', last: 'Watanabe' },
  { role: 3, first: 'Valentina', last: 'Muñoz' },
  { role: 3, first: 'Oluwaseun', last: 'Adeyemi' },
  { role: 3, first: 'Björn', last: 'Lindqvist' },
  { role: 3, first: 'Rosa', last: 'Huenchumil' },
  { role: 4, first: 'Diego', last: 'Sepúlveda' },
  { role: 4, first: 'Hannah', last: 'Okafor' },
  { role: 4, first: 'Ignacio', last: 'Vidal' },
  { role: 5, first: 'Mei', last: 'Lin' },
  { role: 5, first: 'Francisca', last: 'Soto' },
] as const;

/** Role ids: plant manager, line lead, maintenance technician, energy engineer, quality analyst. */
export const roles = { manager: 1, lineLead: 2, technician: 3, energy: 4, quality: 5 } as const;
