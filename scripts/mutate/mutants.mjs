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
  }),
);
const swappedCalls = new Map([
  ['some', 'every'],
  ['every', 'some'],
]);

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

/** @param {Node} node @param {string} text @param {string} operator @returns {Mutant} */
function replace({ start, end }, text, operator) {
  return { start, end, text, operator };
}

/** @type {Record<string, (node: Node, source: string, key: string) => Mutant[]>} */
const operators = {
  IfStatement: ({ test }) => ['true', 'false'].map((text) => replace(test, text, `if → ${text}`)),
  ConditionalExpression: ({ test }) => ['true', 'false'].map((text) => replace(test, text, `? → ${text}`)),
  LogicalExpression: (node, source) => swapOperator(node, source, swapped.get(node['operator']) ?? []),
  BinaryExpression: (node, source) => swapOperator(node, source, swapped.get(node['operator']) ?? []),
  AssignmentExpression: (node, source) => swapOperator(node, source, swapped.get(node['operator']) ?? []),
  UnaryExpression: (node, source) =>
    node['operator'] === '!'
      ? [replace(node, source.slice(node['argument'].start, node['argument'].end), '! → nothing')]
      : [],
  Literal: (node, _source, key) => {
    if (typeof node['value'] === 'boolean') return [replace(node, String(!node['value']), 'boolean')];
    if (typeof node['value'] !== 'string' || key === 'key' || node['value'] === '') return [];
    return [replace(node, "''", 'string → empty')];
  },
  TemplateLiteral: (node) => [replace(node, '``', 'template → empty')],
  ArrayExpression: (node) => (node['elements'].length > 0 ? [replace(node, '[]', 'array → empty')] : []),
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
  CallExpression: ({ callee }) => {
    const other = callee.type === 'MemberExpression' ? swappedCalls.get(callee['property'].name) : undefined;
    return other === undefined
      ? []
      : [replace(callee['property'], other, `${callee['property'].name} → ${other}`)];
  },
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
