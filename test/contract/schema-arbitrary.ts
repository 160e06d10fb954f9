import fc, { type Arbitrary } from 'fast-check';
import type { z } from 'zod';

/**
 * Values that a schema of the contract accepts. Knows the kinds of schema that the contract uses and throws on any other, so
 * that a new kind is not silently left untested.
 */
export function valuesOf(schema: z.core.$ZodType): Arbitrary<unknown> {
  const { def } = schema._zod;
  switch (def.type) {
    case 'object':
      return valuesOfObject(schema as z.ZodObject);
    case 'array':
      return valuesOfArray(schema as z.ZodArray);
    case 'string':
      return valuesOfString(schema as z.ZodString);
    case 'number':
      return valuesOfNumber(schema as z.ZodNumber);
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values((schema as z.ZodEnum).def.entries));
    case 'literal':
      return fc.constantFrom(...(schema as z.ZodLiteral).def.values);
    case 'nullable':
      return fc.option(valuesOf((schema as z.ZodNullable).def.innerType), { nil: null });
    case 'optional':
    case 'default':
      return fc.option(valuesOf((schema as z.ZodOptional).def.innerType), { nil: undefined });
    case 'union':
      return fc.oneof(...(schema as z.ZodUnion).def.options.map(valuesOf));
    case 'record': {
      const { keyType, valueType } = (schema as z.ZodRecord).def;
      return fc.dictionary(valuesOf(keyType) as Arbitrary<string>, valuesOf(valueType), { maxKeys: 3 });
    }
    case 'unknown':
      // JSON knows no negative zero.
      return fc.json({ maxDepth: 1 }).map((text) => JSON.parse(JSON.stringify(JSON.parse(text))) as unknown);
    default:
      throw new Error(`no values are known for a schema of type ${def.type}`);
  }
}

function valuesOfObject(schema: z.ZodObject): Arbitrary<unknown> {
  const fields = Object.entries(schema.shape as z.core.$ZodShape).map(
    ([name, field]) => [name, valuesOf(field)] as const,
  );
  return fc.record(Object.fromEntries(fields)).map((made) => {
    // A field that may be left out is left out, as JSON does with undefined.
    const present = Object.entries(made).filter(([, value]) => value !== undefined);
    return Object.fromEntries(present);
  });
}

function valuesOfArray(schema: z.ZodArray): Arbitrary<unknown> {
  const minLength = boundOf(schema, 'min_length') ?? 0;
  return fc.array(valuesOf(schema.element), { minLength, maxLength: minLength + 2 });
}

function valuesOfString(schema: z.ZodString): Arbitrary<string> {
  const accepted = (text: string) => schema.safeParse(text).success;
  if (schema.format === 'datetime') {
    const dates = { min: new Date(0), max: new Date('9000-01-01'), noInvalidDate: true };
    return fc.date(dates).map((date) => date.toISOString());
  }
  const pattern = checksOf(schema).find((check) => check.check === 'string_format')?.pattern;
  if (pattern) return fc.stringMatching(pattern, { size: '-1' }).filter(accepted);
  const minLength = boundOf(schema, 'min_length') ?? 0;
  return fc.string({ minLength, maxLength: minLength + 12 }).filter(accepted);
}

function valuesOfNumber(schema: z.ZodNumber): Arbitrary<number> {
  const accepted = (value: number) => schema.safeParse(value).success;
  const min = schema.minValue ?? -1_000_000;
  const max = schema.maxValue ?? 1_000_000_000_000;
  const bounds = { min: Math.max(min, -1_000_000), max: Math.min(max, 1_000_000_000_000) };
  if (schema.isInt) return fc.integer({ min: Math.ceil(bounds.min), max: Math.min(bounds.max, 2 ** 31 - 1) });
  return fc
    .double({ ...bounds, noNaN: true })
    .map((value) => value + 0)
    .filter(accepted);
}

interface CheckDef {
  readonly check: string;
  readonly minimum?: number;
  readonly pattern?: RegExp;
}

function checksOf(schema: z.ZodType): CheckDef[] {
  return (schema.def.checks ?? []).map((check) => check._zod.def as CheckDef);
}

function boundOf(schema: z.ZodType, name: 'min_length'): number | undefined {
  return checksOf(schema).find((check) => check.check === name)?.minimum;
}
