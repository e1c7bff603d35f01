// The files of a contract: a WSDL with all that it imports and includes. In: a system folder and a file in it. Out: parsed
// documents and findings. Never: a file outside the folder, nor anything from the network unless a fetch is given.

import type { Finding } from '../../finding.ts'
import { decodeXmlBytes } from '../../xml/charset.ts'
import { parseDocument, type XmlElement } from '../../xml/document.ts'
import { XmlError } from '../../xml/parse.ts'
import { WSDL, XSD } from '../namespaces.ts'
import { ContractFolder } from './contract-folder.ts'
import { withoutDrafts, withPrefixes } from './contract-text.ts'
import type { ContractDocument, ContractFiles, SchemaDocument } from './documents.ts'
import { type Candidates, locate } from './locate.ts'
import { isWellKnown } from './well-known.ts'

export interface ReadOptions {
  /** May relative locations lead above the folder, to WSDL and XSD files? For files that a person names, not for a system's folder. */
  readonly open?: boolean
  /** Declare prefixes that a file forgets, and say so. */
  readonly lenient?: boolean
  /** Gets what lies on the web; undefined for what it may not or cannot get. */
  readonly fetch?: ((address: URL) => Promise<Uint8Array | undefined>) | undefined
}

export async function readContractFiles(
  folder: string,
  file: string,
  options: ReadOptions = {},
): Promise<ContractFiles> {
  const reader = new Reader(folder, file, options)
  await reader.start()
  return reader.result()
}

interface Origin {
  readonly file: string
  readonly node: XmlElement
}

/** What an import must turn out to be: undefined for whatever it is. */
type Expected = string | undefined

class Reader {
  readonly #folder: ContractFolder
  readonly #main: string
  readonly #options: ReadOptions
  readonly #definitions: ContractDocument[] = []
  readonly #schemas: SchemaDocument[] = []
  readonly #findings: Finding[] = []
  readonly #pending: { readonly namespace: string | undefined; readonly finding: Finding }[] = []
  readonly #seen = new Set<string>()
  readonly #parsed = new Map<string, XmlElement | Finding | undefined>()

  constructor(folder: string, file: string, options: ReadOptions) {
    this.#folder = new ContractFolder(folder, options.open === true)
    this.#main = file
    this.#options = options
  }

  result(): ContractFiles {
    const given = new Set(this.#schemas.map((schema) => schema.targetNamespace))
    const unmet = this.#pending.filter(
      ({ namespace }) =>
        namespace === undefined || !(given.has(namespace) || isWellKnown(namespace)),
    )
    return {
      definitions: this.#definitions,
      schemas: this.#schemas,
      findings: this.#findings,
      unmet: unmet.map(({ finding }) => finding),
    }
  }

  async start(): Promise<void> {
    const file = this.#main
    const root = await this.#parse(file)
    if (root === undefined) {
      this.#findings.push({
        file,
        line: 1,
        message: `cannot read "${file}" in the system's folder`,
      })
    } else if (isFinding(root)) this.#findings.push(root)
    else if (!(await this.#document({ file, root }, ''))) {
      const message = 'is neither a WSDL 1.1 document nor an XML Schema'
      this.#findings.push({ file, line: root.line, message })
    }
  }

  /** False when it is neither a WSDL nor a schema. */
  async #document({ file, root }: ContractDocument, adopted: string): Promise<boolean> {
    const wsdl = root.namespace === WSDL && root.local === 'definitions'
    if (!wsdl && !isSchema(root)) return false
    const visit = `${file} ${wsdl ? '' : adopted}`
    if (this.#seen.has(visit)) return true
    this.#seen.add(visit)
    if (wsdl) await this.#wsdl(file, root)
    else await this.#schema(file, root, adopted)
    return true
  }

  async #wsdl(file: string, root: XmlElement): Promise<void> {
    this.#definitions.push({ file, root })
    for (const node of root.children) {
      if (node.namespace !== WSDL) continue
      if (node.local === 'import') await this.#import({ file, node }, 'location')
      if (node.local !== 'types') continue
      for (const schema of node.children) {
        if (isSchema(schema)) await this.#schema(file, schema, '')
      }
    }
  }

  async #schema(file: string, root: XmlElement, adopted: string): Promise<void> {
    const targetNamespace = root.attributes.get('targetNamespace') ?? adopted
    this.#schemas.push({ file, root, targetNamespace })
    for (const node of root.children) {
      if (node.namespace !== XSD) continue
      if (node.local === 'import') await this.#import({ file, node }, 'schemaLocation')
      if (node.local === 'include') await this.#include({ file, node }, targetNamespace)
      if (node.local !== 'redefine') continue
      await this.#include({ file, node }, targetNamespace)
      const redefining = { ...root, children: node.children }
      this.#schemas.push({ file, root: redefining, targetNamespace, redefines: true })
    }
  }

  /** A schema of the same namespace, or of none (chameleon). */
  async #include(origin: Origin, namespace: string): Promise<void> {
    const location = origin.node.attributes.get('schemaLocation')
    if (location === undefined) return
    await this.#follow(origin, location, {
      expected: namespace,
      adopted: namespace,
      namespace: undefined,
    })
  }

  async #import(origin: Origin, attribute: 'location' | 'schemaLocation'): Promise<void> {
    const location = origin.node.attributes.get(attribute)
    if (location === undefined) return
    const namespace = origin.node.attributes.get('namespace')
    const needed = attribute === 'location' ? undefined : (namespace ?? '')
    await this.#follow(origin, location, { expected: namespace, adopted: '', namespace: needed })
  }

  async #follow(
    origin: Origin,
    location: string,
    wanted: {
      readonly expected: Expected
      readonly adopted: string
      readonly namespace: string | undefined
    },
  ): Promise<void> {
    const found = await this.#find(origin, location, wanted.expected)
    const { file } = origin
    const { line } = origin.node
    if (isFinding(found)) {
      this.#pending.push({ namespace: wanted.namespace, finding: found })
    } else if (!(await this.#document(found, wanted.adopted))) {
      const message = `"${found.file}" is neither a WSDL 1.1 document nor an XML Schema`
      this.#pending.push({ namespace: wanted.namespace, finding: { file, line, message } })
    }
  }

  async #find(
    { file, node }: Origin,
    location: string,
    expected: Expected,
  ): Promise<ContractDocument | Finding> {
    const candidates = this.#candidates(file, location)
    const { exact, guesses, remote, message } = candidates
    const root = exact === undefined ? undefined : await this.#parse(exact)
    if (exact !== undefined && root !== undefined) {
      return isFinding(root) ? root : { file: exact, root }
    }
    for (const guess of guesses) {
      const other = await this.#parse(guess)
      if (other === undefined || isFinding(other)) continue
      if (isOf(other, expected)) return { file: guess, root: other }
    }
    const fetched = remote && (await this.#fetched(remote))
    return fetched ?? (await this.#byNamespace(expected)) ?? { file, line: node.line, message }
  }

  /** The only schema beside the contract that is of a namespace, for files that were kept under other names. */
  async #byNamespace(namespace: Expected): Promise<ContractDocument | undefined> {
    if (this.#options.lenient !== true || namespace === undefined || isWellKnown(namespace)) {
      return undefined
    }
    const found: ContractDocument[] = []
    for (const file of await this.#folder.beside(this.#main)) {
      const root = await this.#parse(file)
      if (root === undefined || isFinding(root) || !isSchema(root)) continue
      if (root.attributes.get('targetNamespace') === namespace) found.push({ file, root })
    }
    return found.length === 1 ? found[0] : undefined
  }

  /** Beside an address, locations are addresses. */
  #candidates(file: string, location: string): Candidates {
    const base = /^https?:/.test(file) ? URL.parse(location, file) : undefined
    const from = base ? this.#main : file
    return locate(base?.href ?? location, {
      from,
      main: this.#main,
      open: this.#options.open === true,
    })
  }

  async #fetched(address: URL): Promise<ContractDocument | Finding | undefined> {
    const file = address.href
    if (this.#options.fetch === undefined) return undefined
    if (!this.#parsed.has(file)) {
      const bytes = await this.#options.fetch(address)
      const taken = bytes !== undefined && this.#folder.take(bytes.length)
      this.#parsed.set(file, taken ? this.#root(file, bytes) : undefined)
    }
    const root = this.#parsed.get(file)
    return root === undefined || isFinding(root) ? root : { file, root }
  }

  /** Undefined when there is no such file. */
  async #parse(file: string): Promise<XmlElement | Finding | undefined> {
    if (!this.#parsed.has(file)) {
      const bytes = await this.#folder.read(file)
      this.#parsed.set(file, bytes && this.#root(file, bytes))
    }
    return this.#parsed.get(file)
  }

  #root(file: string, bytes: Uint8Array): XmlElement | Finding {
    try {
      const text = withoutDrafts(decodeXmlBytes(bytes))
      return this.#options.lenient === true ? this.#lenient(file, text) : parseDocument(text)
    } catch (error) {
      if (!(error instanceof XmlError)) throw error
      return { file, line: error.line, message: `is not XML: ${error.reason}` }
    }
  }

  #lenient(file: string, text: string): XmlElement {
    try {
      return parseDocument(text)
    } catch (error) {
      const mended = error instanceof XmlError && error.reason === 'malformed' && withPrefixes(text)
      if (!mended) throw error
      const root = parseDocument(mended.text)
      const message = `does not declare ${mended.prefixes.join(', ')}`
      this.#pending.push({ namespace: undefined, finding: { file, line: root.line, message } })
      return root
    }
  }
}

function isFinding(value: object): value is Finding {
  return 'message' in value
}

function isSchema(root: XmlElement): boolean {
  return root.namespace === XSD && root.local === 'schema'
}

/** A copy that was guessed must be of the namespace that was asked for. */
function isOf(root: XmlElement, expected: Expected): boolean {
  const target = root.attributes.get('targetNamespace')
  return expected === undefined || target === expected || (isSchema(root) && target === undefined)
}
