import * as z from 'zod';

/** The switches that a course has rows for, beside those that its server declares. */
interface Table {
  readonly schema: z.ZodObject;
  readonly defaults: object;
  readonly usual: object;
  readonly rows: Readonly<Record<string, readonly { readonly value: unknown }[]>>;
}

/**
 * What a server can be set to and no row is about, such as `order = desc`. Of a switch that takes any number or text
 * one other value than the usual one is enough.
 */
export function findUncovered({ schema, defaults, usual, rows }: Table): string[] {
  const usually = new Map(Object.entries({ ...defaults, ...usual }));
  return Object.entries(schema.shape)
    .filter(([name]) => name !== 'faults')
    .flatMap(([name, type]) => {
      const tried = new Set((rows[name] ?? []).map(({ value }) => value));
      const values = listValues(type);
      if (values === null) return tried.size === 0 ? [`${name} = anything`] : [];
      return values
        .filter((value) => value !== usually.get(name) && !tried.has(value))
        .map((value) => `${name} = ${String(value)}`);
    });
}

/** Every value that a switch can have; null where they cannot be counted. */
function listValues(type: z.core.$ZodType): readonly unknown[] | null {
  if (type instanceof z.ZodBoolean) return [true, false];
  if (type instanceof z.ZodEnum) return type.options;
  if (type instanceof z.ZodLiteral) return [...type.values];
  if (!(type instanceof z.ZodUnion)) return null;
  const values = type.options.map(listValues);
  return values.every((list) => list !== null) ? values.flat() : null;
}
