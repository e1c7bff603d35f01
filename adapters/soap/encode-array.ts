// SOAP-encoded arrays to XML (SOAP 1.1 §5.4.2, SOAP 1.2 part 2 §3.1.6). In: lists, lists of lists for more dimensions.
// Out: the items in row-major order, and the attributes that tell type and sizes.

import type { Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'
import { refuse } from './input.ts'
import type { ArrayContent } from './model.ts'
import { SOAP_ENCODING, SOAP_ENCODING_12, XSD } from './namespaces.ts'
import type { Prefixes } from './prefixes.ts'

export interface ArrayWriter {
  /** Attributes of the array's element, '' where the encoding does not ask for them. */
  attributes(value: Value, path: string): string
  content(value: Value, path: string): string
}

interface Cell {
  readonly value: Value
  readonly path: string
}

interface Cells {
  readonly cells: readonly Cell[]
  readonly sizes: readonly number[]
}

/** `encodingStyle` '' writes no attributes. */
export function arrayWriter(
  content: ArrayContent,
  encodingStyle: string,
  prefixes: Prefixes,
  item: (value: Value, path: string) => string,
): ArrayWriter {
  const dimensions = Math.max(content.sizes.length, 1)
  const of =
    content.of.key === ''
      ? prefixes.name(XSD, 'anyType')
      : prefixes.name(content.of.namespace, content.of.local)
  const describe = describer(of + content.inner, of, encodingStyle, prefixes)
  return {
    attributes: (value, path) => describe(value, path, dimensions),
    content: (value, path) =>
      toCells(value, path, dimensions)
        .cells.map((cell) => item(cell.value, cell.path))
        .join(''),
  }
}

type Describe = (value: Value, path: string, dimensions: number) => string

function describer(full: string, of: string, style: string, prefixes: Prefixes): Describe {
  if (style === '') return () => ''
  if (style === SOAP_ENCODING_12) {
    const type = prefixes.name(SOAP_ENCODING_12, 'itemType')
    const size = prefixes.name(SOAP_ENCODING_12, 'arraySize')
    return (value, path, dimensions) =>
      ` ${type}="${of}" ${size}="${toCells(value, path, dimensions).sizes.join(' ')}"`
  }
  const name = prefixes.name(SOAP_ENCODING, 'arrayType')
  return (value, path, dimensions) =>
    ` ${name}="${full}[${toCells(value, path, dimensions).sizes.join(',')}]"`
}

/** Rows of one length only: the sizes could not be told otherwise. */
function toCells(value: Value, path: string, dimensions: number): Cells {
  let cells: readonly Cell[] = toItems({ value, path })
  const sizes = [cells.length]
  for (let left = dimensions - 1; left > 0; left -= 1) {
    const rows = cells.map(toItems)
    const length = rows[0]?.length ?? 0
    const odd = rows.findIndex((row) => row.length !== length)
    if (odd !== -1)
      refuse(cells[odd]?.path ?? path, 'must have as many items as the rows beside it')
    cells = rows.flat()
    sizes.push(length)
  }
  return { cells, sizes }
}

function toItems({ value, path }: Cell): readonly Cell[] {
  const list = listOf(value)
  if (list === undefined) return refuse(path, 'must be a list')
  return list.map((each, index) => ({ value: each, path: `${path}[${index}]` }))
}

/** `{"item": […]}`, as toolkits write arrays, is that list. */
function listOf(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value
  if (!isTree(value)) return [value]
  const [only, another] = Object.values(value)
  return another === undefined && isList(only) ? only : undefined
}
