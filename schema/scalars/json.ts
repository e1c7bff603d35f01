// Values that are data to us: a form's answers, a JSON Schema. And the moment, which ISO 8601 writes in UTC.

import { GraphQLError, GraphQLScalarType, valueFromASTUntyped } from 'graphql'

import { isMoment, MOMENT_DESCRIPTION } from './moment.ts'

/** Any JSON value, as it is. */
export const JSON_SCALAR = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value. / هر مقدار JSON.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
})

/** `2026-11-22T08:30:00.000Z`. */
export const DATE_TIME_SCALAR = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: MOMENT_DESCRIPTION,
  serialize: toMoment,
  parseValue: toMoment,
})

function toMoment(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'string' && isMoment(value)) return value
  throw new GraphQLError('DateTime must be a moment in ISO 8601.', {
    extensions: { code: 'INPUT_REJECTED' },
  })
}
