// A request whose binary values travel as parts of their own: MTOM (XOP packages, SOAP 1.1 and 1.2) or SOAP with Attachments.
// In: base64 texts while the envelope is written, then the envelope. Out: content type and bytes of the package.

import { randomUUID } from 'node:crypto'

import type { SoapVersion } from '../namespaces.ts'
import { XOP } from './attachments.ts'

export type AttachmentKind = 'mtom' | 'swa'

export interface Packaged {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

interface Part {
  readonly id: string
  readonly bytes: Buffer
}

const ROOT = 'root@panjareh'

export class Package {
  readonly #kind: AttachmentKind
  readonly #parts: Part[] = []
  readonly #id = randomUUID()

  constructor(kind: AttachmentKind) {
    this.#kind = kind
  }

  /** What stands in the place of the base64. An empty value stays where it is. */
  readonly pack = (base64: string): string => {
    if (base64 === '') return ''
    const id = `${this.#parts.length + 1}.${this.#id}@panjareh`
    this.#parts.push({ id, bytes: Buffer.from(base64, 'base64') })
    return this.#kind === 'mtom'
      ? `<xop:Include xmlns:xop="${XOP}" href="cid:${id}"/>`
      : `cid:${id}`
  }

  /** MTOM packs every message (SOAP 1.1 binding for MTOM §2); SwA leaves one without parts as it is. */
  message(envelope: string, { version, headers }: EnvelopeHeaders): Packaged {
    const own = headers['content-type'] ?? ''
    if (this.#kind === 'swa' && this.#parts.length === 0) {
      return { headers, body: Buffer.from(envelope, 'utf8') }
    }
    const boundary = `panjareh-${this.#id}`
    const mtom = this.#kind === 'mtom'
    const type = mtom ? 'application/xop+xml' : plainType(version)
    const root = mtom ? rootType(version, own) : own
    const contentType =
      `multipart/related; boundary="${boundary}"; type="${type}"; start="<${ROOT}>"` +
      (mtom ? `; start-info="${plainType(version)}"${actionOf(own)}` : '')
    const chunks = [head(boundary, root, ROOT), Buffer.from(envelope, 'utf8')]
    for (const { id, bytes } of this.#parts) {
      chunks.push(head(boundary, 'application/octet-stream', id, true), bytes)
    }
    chunks.push(Buffer.from(`\r\n--${boundary}--\r\n`))
    return { headers: { ...headers, 'content-type': contentType }, body: Buffer.concat(chunks) }
  }
}

export interface EnvelopeHeaders {
  readonly version: SoapVersion
  /** Of the envelope alone. */
  readonly headers: Readonly<Record<string, string>>
}

function head(boundary: string, type: string, id: string, later = false): Buffer {
  const start = later ? '\r\n' : ''
  return Buffer.from(
    `${start}--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${id}>\r\n\r\n`,
  )
}

function plainType(version: SoapVersion): string {
  return version === '1.1' ? 'text/xml' : 'application/soap+xml'
}

function rootType(version: SoapVersion, own: string): string {
  return `application/xop+xml; charset=UTF-8; type="${plainType(version)}"${version === '1.2' ? actionOf(own) : ''}`
}

/** SOAP 1.2 names the action in the content type, and so does its package. */
function actionOf(contentType: string): string {
  return /;\s*action="(?:[^"\\]|\\.)*"/i.exec(contentType)?.[0] ?? ''
}
