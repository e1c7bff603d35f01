// How long a list is taken to be before it is asked for: `@listSize` of the cost directives
// (https://specs.apollo.dev/cost/v0.1), read once per field.

import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql'

export interface ListSize {
  /** Where no argument tells. Undefined: what is configured for all lists. */
  readonly assumed: number | undefined
  /** Arguments of which each, alone, says how many. */
  readonly slicing: readonly string[]
  /** Fields of the answer that have this size, where it is not the field itself. */
  readonly sized: ReadonlySet<string>
  readonly requiresOne: boolean
}

/** From the arguments of the directive. */
export function toListSize(values: Readonly<Record<string, unknown>>): ListSize {
  const { assumedSize, requireOneSlicingArgument } = values
  return {
    assumed: typeof assumedSize === 'number' ? assumedSize : undefined,
    slicing: textsOf(values['slicingArguments']),
    sized: new Set(textsOf(values['sizedFields'])),
    requiresOne: requireOneSlicingArgument !== false,
  }
}

/**
 * A number of items, if it is one. What a subgraph makes of none or fewer is its own affair, often all there are, so they
 * tell nothing: else whatever stands below would be free.
 */
export function toSize(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined
}

/** Lists within lists: `[[T]]` has two. */
export function levelsOf(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return levelsOf(type.ofType)
  return isListType(type) ? 1 + levelsOf(type.ofType) : 0
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
