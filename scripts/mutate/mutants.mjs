// Changes a TypeScript file in one place at a time, as a slip of the pen would.
import { parseAst } from 'vite';

/** @typedef {{ start: number, end: number, text: string, operator: string }} Mutant an edit of the source, by its characters */
/** @typedef {Record<string, any> & { type: string, start: number, end: number }} Node of the syntax tree, as ESTree has it */

const swapped = new Map(
  Object.entries({
    '===': ['!=='],
    '!==': ['==='],
    '<': ['<=', '>='],
    '<=': ['<', '>'],
    '>': ['>=', '<='],
    '>=': ['>', '<'],
    '+': ['-'],
    '-': ['+'],
    '*': ['/'],
    '/': ['*'],
    '&&': ['||'],
    '||': ['&&'],
    '??': ['&&'],
    '+=': ['-='],
    '-=': ['+='],
    '++': ['--'],
    '--': ['++'],
  }),
);
const swappedCalls = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['toLowerCase', 'toUpperCase'],
  ['toUpperCase', 'toLowerCase'],
]);
/** Without them the value stays what it was called on. */
const removedCalls = new Set(['filter', 'slice', 'toReversed', 'toSorted', 'trim', 'trimEnd', 'trimStart']);
const comparisons = new Set(['===', '!==', '<', '<=', '>', '>=']);

/** @param {unknown} value @returns {value is Node} */
function isNode(value) {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Types and imports do nothing at run time. @param {Node} node */
function isInert(node) {
  return node.type.startsWith('TSType') || /^(Import|TSInterface|ExportAll)/.test(node.type);
}

/** @param {Node} node @param {(node: Node, key: string) => void} visit @param {string} key */
function walk(node, visit, key = '') {
  if (isInert(node)) return;
  visit(node, key);
  for (const [name, value] of Object.entries(node)) {
    for (const child of [value].flat()) if (isNode(child)) walk(child, visit, name);
  }
}

/** @param {Node} node @param {string} source @param {readonly string[]} others */
function swapOperator({ left, right, operator }, source, others) {
  const between = source.slice(left.end, right.start);
  const at = left.end + between.indexOf(operator);
  return others.map((text) => ({
    start: at,
    end: at + operator.length,
    text,
    operator: `${operator} → ${text}`,
  }));
}

/** What `if`, `?` and loops ask is decided there. @param {Node} node @param {string} key @returns {Mutant[]} */
function decide(node, key) {
  if (key === 'test') return [];
  return ['true', 'false'].map((text) => replace(node, text, `condition → ${text}`));
}

/** @param {Node} node @returns {Mutant[]} */
function endLoop({ test }) {
  return test ? [replace(test, 'false', 'loop → never')] : [];
}

/** @param {Node} node @param {string} text @param {string} operator @returns {Mutant} */
function replace({ start, end }, text, operator) {
  return { start, end, text, operator };
}

/** @type {Record<string, (node: Node, source: string, key: string) => Mutant[]>} */
const operators = {
  IfStatement: ({ test }) => ['true', 'false'].map((text) => replace(test, text, `if → ${text}`)),
  ConditionalExpression: ({ test }) => ['true', 'false'].map((text) => replace(test, text, `? → ${text}`)),
  LogicalExpression: (node, source, key) => [
    ...swapOperator(node, source, swapped.get(node['operator']) ?? []),
    ...(node['operator'] === '??' ? [] : decide(node, key)),
  ],
  BinaryExpression: (node, source, key) => [
    ...swapOperator(node, source, swapped.get(node['operator']) ?? []),
    ...(comparisons.has(node['operator']) ? decide(node, key) : []),
  ],
  ForStatement: endLoop,
  WhileStatement: endLoop,
  DoWhileStatement: endLoop,
  AssignmentExpression: (node, source) => swapOperator(node, source, swapped.get(node['operator']) ?? []),
  UnaryExpression: (node, source) =>
    node['operator'] === '!'
      ? [replace(node, source.slice(node['argument'].start, node['argument'].end), '! → nothing')]
      : [],
  UpdateExpression: (node, source) => {
    const { operator, argument } = node;
    const name = source.slice(argument.start, argument.end);
    return (swapped.get(operator) ?? []).map((text) =>
      replace(node, node['prefix'] ? `${text}${name}` : `${name}${text}`, `${operator} → ${text}`),
    );
  },
  Literal: (node, _source, key) => {
    if (typeof node['value'] === 'boolean') return [replace(node, String(!node['value']), 'boolean')];
    if (typeof node['value'] !== 'string' || key === 'key') return [];
    return [
      node['value'] === ''
        ? replace(node, "'mutant'", 'empty → string')
        : replace(node, "''", 'string → empty'),
    ];
  },
  TemplateLiteral: (node) => [replace(node, '``', 'template → empty')],
  ArrayExpression: (node) => [
    node['elements'].length > 0
      ? replace(node, '[]', 'array → empty')
      : replace(node, "['mutant']", 'empty → array'),
  ],
  ObjectExpression: (node) =>
    node['properties'].length > 0 ? [replace(node, '({})', 'object → empty')] : [],
  BlockStatement: (node) => (node['body'].length > 0 ? [replace(node, '{}', 'block → empty')] : []),
  ArrowFunctionExpression: ({ body }) =>
    body.type === 'BlockStatement' ? [] : [replace(body, 'undefined', 'arrow → undefined')],
  MemberExpression: ({ object, property, optional }, source) => {
    if (!optional) return [];
    return [
      {
        start: object.end,
        end: property.start,
        text: source[property.start - 1] === '[' ? '[' : '.',
        operator: '?. → .',
      },
    ];
  },
  CallExpression: (node, source) => {
    const { callee } = node;
    if (callee.type !== 'MemberExpression') return [];
    const { name } = callee['property'];
    const other = swappedCalls.get(name);
    if (other !== undefined) return [replace(callee['property'], other, `${name} → ${other}`)];
    if (!removedCalls.has(name)) return [];
    return [replace(node, source.slice(callee['object'].start, callee['object'].end), `${name} → nothing`)];
  },
  ExpressionStatement: (node) => [replace(node, ';', 'statement → nothing')],
};

/** Every mutant of a file, in the order of the file. @param {string} source @returns {Mutant[]} */
export function findMutants(source) {
  /** @type {Mutant[]} */
  const mutants = [];
  const program = /** @type {Node} */ (/** @type {unknown} */ (parseAst(source, { lang: 'ts' })));
  walk(program, (node, key) => mutants.push(...(operators[node.type]?.(node, source, key) ?? [])));
  return mutants.toSorted((one, other) => one.start - other.start || one.end - other.end);
}

/** @param {string} source @param {Mutant} mutant */
export function applyMutant(source, { start, end, text }) {
  return source.slice(0, start) + text + source.slice(end);
}

/** Where it is and what it does, such as `12:7 === → !==  one === other`. @param {string} source @param {Mutant} mutant */
export function describeMutant(source, { start, end, operator }) {
  const lines = source.slice(0, start).split('\n');
  const place = `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
  const line = source.split('\n')[lines.length - 1] ?? '';
  const text = end - start > 60 ? `${source.slice(start, start + 60)}…` : line.trim();
  return `${place} ${operator}  ${text.replaceAll(/\s+/g, ' ')}`;
}
