// The files of a contract: a WSDL with all that it imports and includes. In: a system folder and a file in it. Out: parsed
// documents and findings. Never: a file outside the folder, nor anything from the network.

import { readFile, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

import type { Finding } from '../../finding.ts'
import { decodeXmlBytes } from '../../xml/charset.ts'
import { parseDocument, type XmlElement } from '../../xml/document.ts'
import { XML_NAMESPACE, XmlError } from '../../xml/parse.ts'
import { SOAP_ENCODING, WSDL, XSD } from '../namespaces.ts'

export interface ContractDocument {
  /** Relative to the system folder. */
  readonly file: string
  readonly root: XmlElement
}

export interface SchemaDocument extends ContractDocument {
  /** Of the schema, or of the one that includes it when it has none (XSD 1.0 part 1 §4.2.1). */
  readonly targetNamespace: string
  /** Of a redefinition (§4.2.2): the component that it replaces, and still names. */
  readonly original?: Original | undefined
}

export interface Original {
  readonly kind: string
  readonly key: string
  readonly component: { readonly document: SchemaDocument; readonly node: XmlElement }
}

export interface ContractFiles {
  readonly definitions: readonly ContractDocument[]
  readonly schemas: readonly SchemaDocument[]
  readonly findings: readonly Finding[]
  /** Imports that were not followed and whose namespace nothing else gives: wrong as soon as an operation needs them. */
  readonly unmet: readonly Finding[]
}

/** Namespaces whose schemas we know without a file. */
const BUILT_IN = new Set([XSD, XML_NAMESPACE, SOAP_ENCODING, WSDL])

export async function readContractFiles(folder: string, file: string): Promise<ContractFiles> {
  const reader = new Reader(folder)
  await reader.start(file)
  return reader.result()
}

interface Origin {
  readonly file: string
  readonly line: number
}

class Reader {
  readonly #folder: string
  readonly #definitions: ContractDocument[] = []
  readonly #schemas: SchemaDocument[] = []
  readonly #findings: Finding[] = []
  readonly #pending: { readonly namespace: string; readonly finding: Finding }[] = []
  readonly #seen = new Set<string>()
  readonly #parsed = new Map<string, XmlElement | undefined>()

  constructor(folder: string) {
    this.#folder = resolve(folder)
  }

  result(): ContractFiles {
    const given = new Set(this.#schemas.map((schema) => schema.targetNamespace))
    const unmet = this.#pending.filter(
      ({ namespace }) => !given.has(namespace) && !BUILT_IN.has(namespace),
    )
    return {
      definitions: this.#definitions,
      schemas: this.#schemas,
      findings: this.#findings,
      unmet: unmet.map(({ finding }) => finding),
    }
  }

  async start(file: string): Promise<void> {
    await this.#document(file, { file, line: 1 }, '')
  }

  async #document(file: string, origin: Origin, namespace: string): Promise<void> {
    if (this.#seen.has(`${file} ${namespace}`)) return
    this.#seen.add(`${file} ${namespace}`)
    const root = await this.#parse(file, origin)
    if (root === undefined) return
    if (root.namespace === WSDL && root.local === 'definitions') {
      await this.#wsdl(file, root)
    } else if (root.namespace === XSD && root.local === 'schema') {
      await this.#schema(file, root, namespace)
    } else {
      this.#report(file, root.line, 'is neither a WSDL 1.1 document nor an XML Schema')
    }
  }

  async #wsdl(file: string, root: XmlElement): Promise<void> {
    this.#definitions.push({ file, root })
    for (const child of root.children) {
      if (child.namespace !== WSDL) continue
      if (child.local === 'import') await this.#follow(file, child, 'location')
      if (child.local !== 'types') continue
      for (const schema of child.children) {
        if (schema.namespace === XSD) await this.#schema(file, schema, '')
      }
    }
  }

  async #schema(file: string, root: XmlElement, adopted: string): Promise<void> {
    const targetNamespace = root.attributes.get('targetNamespace') ?? adopted
    this.#schemas.push({ file, root, targetNamespace })
    for (const child of root.children) {
      if (child.namespace !== XSD) continue
      if (child.local === 'import') await this.#follow(file, child, 'schemaLocation')
      if (child.local === 'include') await this.#include(file, child, targetNamespace)
      if (child.local === 'redefine') {
        this.#report(file, child.line, 'xsd:redefine is not supported: write the types out')
      }
    }
  }

  async #include(file: string, node: XmlElement, namespace: string): Promise<void> {
    const location = node.attributes.get('schemaLocation') ?? ''
    const target = this.#locate(file, location)
    const origin = { file, line: node.line }
    if (target.file === undefined) this.#report(file, node.line, target.message)
    else await this.#document(target.file, origin, namespace)
  }

  async #follow(file: string, node: XmlElement, attribute: string): Promise<void> {
    const location = node.attributes.get(attribute)
    if (location === undefined) return
    const namespace = node.attributes.get('namespace') ?? ''
    const target = this.#locate(file, location)
    if (target.file !== undefined) {
      await this.#document(target.file, { file, line: node.line }, '')
      return
    }
    const finding = { file, line: node.line, message: target.message }
    if (attribute === 'location') this.#findings.push(finding)
    else this.#pending.push({ namespace, finding })
  }

  /** A place inside the folder, or why not. */
  #locate(from: string, location: string): Located {
    if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(location)) {
      return { file: undefined, message: `"${location}" is remote: put a copy beside this file` }
    }
    const path = decodeLocation(location)
    const inside = relative(this.#folder, join(this.#folder, dirname(from), path))
    if (path === '' || isAbsolute(path) || isOutside(inside)) {
      return { file: undefined, message: `"${location}" is outside the system's folder` }
    }
    return { file: inside.split(sep).join('/') }
  }

  async #parse(file: string, origin: Origin): Promise<XmlElement | undefined> {
    if (!this.#parsed.has(file)) this.#parsed.set(file, await this.#load(file, origin))
    return this.#parsed.get(file)
  }

  async #load(file: string, origin: Origin): Promise<XmlElement | undefined> {
    const bytes = await this.#bytes(file)
    if (bytes === undefined) {
      this.#report(origin.file, origin.line, `cannot read "${file}" in the system's folder`)
      return undefined
    }
    try {
      return parseDocument(decodeXmlBytes(bytes))
    } catch (error) {
      if (!(error instanceof XmlError)) throw error
      this.#findings.push({ file, line: error.line, message: `is not XML: ${error.reason}` })
      return undefined
    }
  }

  /** Follows no symbolic link out of the folder. */
  async #bytes(file: string): Promise<Uint8Array | undefined> {
    try {
      const [folder, path] = await Promise.all([
        realpath(this.#folder),
        realpath(join(this.#folder, file)),
      ])
      return isOutside(relative(folder, path)) ? undefined : await readFile(path)
    } catch {
      return undefined
    }
  }

  #report(file: string, line: number, message: string): void {
    this.#findings.push({ file, line, message })
  }
}

type Located = { readonly file: string } | { readonly file: undefined; readonly message: string }

function isOutside(path: string): boolean {
  return path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)
}

function decodeLocation(location: string): string {
  try {
    return decodeURIComponent(location.split('#', 1)[0] ?? '')
  } catch {
    return location
  }
}
