// A contract with all that it imports, gathered for one folder. In: a file or an address. Out: the files by the names
// they get, with the locations in them rewritten. Never: a document from another host than the one that was named.

import { posix } from 'node:path'

import { FindingsError } from '../../adapters/finding.ts'
import { decodeXmlBytes } from '../../adapters/xml/charset.ts'
import { parseDocument, type XmlElement } from '../../adapters/xml/document.ts'
import { XmlError } from '../../adapters/xml/parse.ts'
import { describeTable, isTableContract } from './describe-table.ts'

/** The bytes at a `file:` or `http(s):` address; undefined when there is nothing. */
export type ReadDocument = (location: URL) => Promise<Uint8Array | undefined>

export interface Collected {
  readonly protocol: 'soap' | 'rest' | 'table'
  /** Name of the first document in the folder `contract/`. */
  readonly main: string
  /** By name below `contract/`, with `/` between folders. */
  readonly files: ReadonlyMap<string, string | Uint8Array>
  /** What could not be brought along, in words. */
  readonly notes: readonly string[]
}

/** Throws FindingsError when the document itself cannot be read or is no contract. */
export async function collectContract(source: URL, read: ReadDocument): Promise<Collected> {
  const bytes = await read(source)
  if (bytes === undefined) refuse(source, 'cannot be read')
  const isXml = looksLikeXml(bytes)
  const table = isXml ? undefined : tableOf(source, bytes)
  if (table !== undefined) return table
  const collector = new Collector(source, read)
  const main = isXml
    ? await collector.xml(source, bytes)
    : await collector.description(source, bytes)
  return { protocol: isXml ? 'soap' : 'rest', main, ...collector.result() }
}

const DESCRIPTION = /["']?(?:openapi|swagger)["']?\s*:/

/** A description of a table, or one made from a file of it. */
function tableOf(source: URL, bytes: Uint8Array): Collected | undefined {
  const text = Buffer.from(bytes).toString('utf8')
  if (DESCRIPTION.test(text)) return undefined
  const main = 'table.json'
  if (isTableContract(text)) {
    return { protocol: 'table', main, files: new Map([[main, bytes]]), notes: [] }
  }
  const described = describeTable(source, bytes)
  if (described === undefined) return undefined
  const { contract, notes } = described
  return { protocol: 'table', main, files: new Map([[main, contract]]), notes }
}

/** How often a contract may lead from one document to the next. */
const MOST_DOCUMENTS = 500
const LOCATIONS: Readonly<Record<string, string>> = {
  import: 'schemaLocation',
  include: 'schemaLocation',
  redefine: 'schemaLocation',
}
const WSDL = 'http://schemas.xmlsoap.org/wsdl/'
const REFERENCE = /(["']?\$ref["']?\s*:\s*)(["']?)([^"'\s#{}]+)(#[^"'\s]*)?\2/g

class Collector {
  readonly #source: URL
  readonly #read: ReadDocument
  readonly #files = new Map<string, string | Uint8Array>()
  /** Address → name. */
  readonly #names = new Map<string, string>()
  readonly #notes: string[] = []

  constructor(source: URL, read: ReadDocument) {
    this.#source = source
    this.#read = read
  }

  result(): Pick<Collected, 'files' | 'notes'> {
    return { files: this.#files, notes: this.#notes }
  }

  async xml(location: URL, bytes: Uint8Array): Promise<string> {
    const name = this.#name(location)
    const text = decodeXmlBytes(bytes)
    const root = parse(location, text)
    if (location === this.#source && !(root.local === 'definitions' && root.namespace === WSDL)) {
      refuse(
        location,
        'is no WSDL 1.1 document, no OpenAPI description and no table with a header row',
      )
    }
    const moved = new Map<string, string>()
    for (const to of new Set(locationsOf(root))) {
      const other = await this.#follow(location, to, (at, found) => this.xml(at, found))
      const written = other === undefined ? to : relative(name, other)
      if (written !== to) moved.set(to, written)
    }
    this.#files.set(name, moved.size === 0 ? bytes : inUtf8(rewritten(text, moved)))
    return name
  }

  async description(location: URL, bytes: Uint8Array): Promise<string> {
    const name = this.#name(location)
    const text = new TextDecoder('utf-8').decode(bytes)
    if (location === this.#source && !DESCRIPTION.test(text)) {
      refuse(
        location,
        'is no WSDL 1.1 document, no OpenAPI description and no table with a header row',
      )
    }
    const moved = new Map<string, string>()
    for (const [, , , to = ''] of text.matchAll(REFERENCE)) {
      if (moved.has(to)) continue
      const other = await this.#follow(location, to, (at, found) => this.description(at, found))
      moved.set(to, other === undefined ? to : relative(name, other))
    }
    const written = text.replace(REFERENCE, (all, ...[, , to]: string[]) =>
      to === undefined ? all : all.replace(to, () => moved.get(to) ?? to),
    )
    this.#files.set(name, written)
    return name
  }

  /** The name under which the document stands; undefined when it is left where it is. */
  async #follow(
    from: URL,
    to: string,
    enter: (location: URL, bytes: Uint8Array) => Promise<string>,
  ): Promise<string | undefined> {
    for (const location of candidates(from, to)) {
      const known = this.#names.get(location.href)
      if (known !== undefined) return known
      if (location.protocol !== this.#source.protocol || location.host !== this.#source.host) {
        continue
      }
      if (this.#names.size >= MOST_DOCUMENTS) refuse(this.#source, 'imports too many documents')
      const bytes = await this.#read(location)
      if (bytes !== undefined) return enter(location, bytes)
    }
    this.#notes.push(`"${to}" is not here; put a copy into contract/ if the checker asks for it`)
    return undefined
  }

  #name(location: URL): string {
    const wanted = toName(location, this.#source)
    const taken = new Set(this.#names.values())
    const { dir, name, ext } = posix.parse(wanted)
    let free = wanted
    for (let more = 2; taken.has(free); more++) free = posix.join(dir, `${name}-${more}${ext}`)
    this.#names.set(location.href, free)
    return free
  }
}

function looksLikeXml(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 64).filter((byte) => byte !== 0)
  return /^[^\x20-\x7e]*\s*</.test(Buffer.from(head).toString('latin1'))
}

function parse(location: URL, text: string): XmlElement {
  try {
    return parseDocument(text)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return refuse(location, `is not XML: ${error.reason}`, error.line)
  }
}

function* locationsOf(node: XmlElement): Generator<string> {
  for (const child of node.children) {
    const attribute = child.namespace === WSDL ? 'location' : LOCATIONS[child.local]
    const isLink = child.local in LOCATIONS
    const to = isLink && attribute !== undefined ? child.attributes.get(attribute) : undefined
    if (to !== undefined && to !== '') yield to
    if (child.local === 'types' || child.local === 'schema') yield* locationsOf(child)
  }
}

/** Where the document may be: at its address, or else beside the one that names it. */
function candidates(from: URL, to: string): readonly URL[] {
  const path = to.replaceAll('\\', '/')
  const beside = path.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? ''
  return [path, beside].flatMap((each) => {
    const url = each === '' ? null : URL.parse(each, from)
    return url === null ? [] : [url]
  })
}

/** The place below the first document where it lies there; else its last part. */
function toName(location: URL, source: URL): string {
  const folder = posix.dirname(decode(source.pathname))
  const path = decode(location.pathname)
  const inside = posix.relative(folder, path)
  const kept = location.search === '' && !inside.startsWith('..') ? inside : posix.basename(path)
  const query = location.search.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/^-(?:wsdl$)?/i, '')
  const safe = kept.replaceAll(/[^\p{L}\p{N}._/-]+/gu, '-') || 'contract'
  const { dir, name, ext } = posix.parse(safe)
  const suffix = /^\.(?:wsdl|xsd|xml|json|ya?ml)$/i.test(ext) ? ext : `${ext}${guess(location)}`
  return posix.join(dir, `${name}${query === '' ? '' : `-${query}`}${suffix}`)
}

function guess({ search }: URL): string {
  return /xsd/i.test(search) ? '.xsd' : '.wsdl'
}

function relative(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to)
}

function rewritten(text: string, moved: ReadonlyMap<string, string>): string {
  return text.replace(
    /((?:schemaLocation|location)\s*=\s*)(["'])([^"'<>]*)\2/g,
    (all, before: string, quote: string, to: string) => {
      const now = moved.get(to.replaceAll('&amp;', '&'))
      return now === undefined ? all : `${before}${quote}${now}${quote}`
    },
  )
}

function inUtf8(text: string): string {
  return text.replace(/^(<\?xml[^>]*?encoding\s*=\s*)(["'])[^"']*\2/, '$1$2UTF-8$2')
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function refuse(location: URL, message: string, line?: number): never {
  const file = posix.basename(decode(location.pathname)) || location.host
  throw new FindingsError([{ file, line, message }])
}
