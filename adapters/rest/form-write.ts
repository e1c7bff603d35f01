// Bodies of forms: `application/x-www-form-urlencoded` in its charset (quirk Q9), `multipart/form-data` with files (RFC 7578).

import { randomUUID } from 'node:crypto'

import type { Tree, Value } from '../adapter.ts'
import { encodeText } from '../encode-text.ts'
import { percentEncode } from '../percent.ts'
import { isList, isTree, memberOf } from '../tree.ts'
import { writeExact } from './exact-json.ts'
import { bareType } from './media.ts'
import type { Member, Model } from './model.ts'
import { asNode, type Node } from './nodes.ts'
import { refuse, writeText, writeValue } from './write.ts'

export interface FormPlan {
  readonly members: ReadonlyMap<string, Member>
  /** Encoding objects by member (OpenAPI 3.1 §4.8.15). */
  readonly encoding: Node
  readonly charset: string
}

/** One `name=value`; a list gives several. */
interface Part {
  readonly name: string
  readonly member: string
  readonly value: Value
  readonly model: Model
  readonly path: string
}

/** Undefined: a form is made of named members. */
export function planForm(model: Model, media: Node, charset: string): FormPlan | undefined {
  if (model.kind.is !== 'object') return undefined
  return { members: model.kind.members, encoding: asNode(media['encoding']), charset }
}

/** Throws CallerError INPUT_REJECTED naming the path. */
export function writeForm(value: Value, plan: FormPlan, path: string): string {
  return partsOf(value, plan, path)
    .map(({ name, member, value: each, model, path: at }) => {
      const text = textOf({ value: each, model, path: at }, contentType(plan, member))
      // The blank of a form is a plus (WHATWG URL §5.2); %20 is read by every server as well.
      const pair = [name, text].map((part) => percentEncode(part, plan.charset))
      if (pair.includes(undefined)) throw refuse(at, `not in ${plan.charset}`)
      return pair.join('=')
    })
    .join('&')
}

export interface Multipart {
  readonly type: string
  readonly content: Uint8Array
}

export function writeMultipart(value: Value, plan: FormPlan, path: string): Multipart {
  const boundary = `part-${randomUUID()}`
  const chunks: Uint8Array[] = []
  for (const { name, member, value: each, model, path: at } of partsOf(value, plan, path)) {
    const declared = contentType(plan, member)
    const isFile = model.kind.is === 'scalar' && model.kind.type === 'binary'
    const type = declared ?? (isFile ? 'application/octet-stream' : undefined)
    const file = isFile ? `; filename="${quoted(member)}"` : ''
    const head = [
      `--${boundary}`,
      `content-disposition: form-data; name="${quoted(name)}"${file}`,
      ...(type === undefined ? [] : [`content-type: ${type}`]),
    ]
    chunks.push(Buffer.from(`${head.join('\r\n')}\r\n\r\n`))
    chunks.push(
      isFile ? bytesOf(each, at) : encoded({ value: each, model, path: at }, declared, plan),
    )
    chunks.push(Buffer.from('\r\n'))
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`))
  return { type: `multipart/form-data; boundary=${boundary}`, content: Buffer.concat(chunks) }
}

/** The bytes of base64 text: a file of a form, or a whole body. */
export function bytesOf(value: Value, path: string): Uint8Array {
  const bare = typeof value === 'string' ? value.replace(/\s/g, '') : undefined
  if (bare === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 !== 0) {
    throw refuse(path, 'not base64')
  }
  return Buffer.from(bare, 'base64')
}

interface Given {
  readonly value: Value
  readonly model: Model
  readonly path: string
}

function encoded(given: Given, type: string | undefined, { charset }: FormPlan): Uint8Array {
  const bytes = encodeText(textOf(given, type), charset)
  if (bytes === undefined) throw refuse(given.path, `not in ${charset}`)
  return bytes
}

/** A record is JSON (OpenAPI 3.1 §4.8.15.1); a value its text. */
function textOf({ value, model, path }: Given, type: string | undefined): string {
  const { is } = model.kind
  const isJson = type === 'application/json' || is === 'object' || is === 'any'
  return isJson && typeof value !== 'string'
    ? writeExact(writeValue(value, model, path))
    : writeText(value, { ...model, kind: is === 'any' ? TEXT : model.kind }, path)
}

const TEXT: Model['kind'] = { is: 'scalar', type: 'string', whole: false }

function contentType({ encoding }: FormPlan, member: string): string | undefined {
  const { contentType: type } = asNode(encoding[member])
  return typeof type === 'string' ? bareType(type.split(',', 1)[0] ?? type) : undefined
}

function partsOf(value: Value, { members, encoding }: FormPlan, path: string): Part[] {
  const tree = checked(value, members, path)
  return [...members].flatMap(([member, { model, required }]): Part[] => {
    const each = memberOf(tree, member)
    const at = `${path}.${member}`
    if (each === undefined || each === null) {
      if (required) throw refuse(at, 'missing')
      return []
    }
    if (model.kind.is !== 'list') return [{ name: member, member, value: each, model, path: at }]
    return itemsOf({ value: each, model, path: at }, member, asNode(encoding[member]))
  })
}

function itemsOf({ value, model, path }: Given, member: string, encoding: Node): Part[] {
  if (model.kind.is !== 'list') return []
  const { of } = model.kind
  if (!isList(value)) throw refuse(path, 'not a list')
  if (encoding['explode'] === false && of.kind.is === 'scalar') {
    const texts = value.map((item, index) => writeText(item, of, `${path}[${index}]`))
    const parted = texts.findIndex((each) => each.includes(','))
    if (parted >= 0) throw refuse(`${path}[${parted}]`, 'it holds what parts values')
    const text = texts.join(',')
    return [
      { name: member, member, value: text, model: { ...of, only: undefined, kind: TEXT }, path },
    ]
  }
  return value.map((item, index) => ({
    name: member,
    member,
    value: item,
    model: of,
    path: `${path}[${index}]`,
  }))
}

function checked(value: Value, members: ReadonlyMap<string, Member>, path: string): Tree {
  if (!isTree(value)) throw refuse(path, 'not an object')
  for (const name of Object.keys(value)) {
    if (!members.has(name)) throw refuse(`${path}.${name}`, 'unknown')
  }
  return value
}

/** RFC 7578 §2, as browsers write it (WHATWG HTML §4.10.21.8). */
function quoted(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}
