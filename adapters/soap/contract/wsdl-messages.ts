// The messages of a binding's operation: which parts stand in the body, which in headers, which travel as MIME parts
// (WSDL 1.1 §3.5–3.7 and §5). In: the index, the bound and the abstract operation. Out: parts that name schema components.

import type { XmlElement } from '../../xml/document.ts'
import { ContractError } from './contract-error.ts'
import type { AttachmentPart, FaultPart, HeaderPart, Part, SoapMessage } from './port.ts'
import {
  type Definition,
  fail,
  nameOf,
  targetOf,
  versionOf,
  type WsdlIndex,
  wsdlChildren,
} from './wsdl-index.ts'

const MIME = 'http://schemas.xmlsoap.org/wsdl/mime/'

/** Undefined when the operation has no such message. Throws ContractError. */
export function readMessage(
  index: WsdlIndex,
  bound: Definition,
  operation: Definition,
  way: 'input' | 'output',
): SoapMessage | undefined {
  const [abstract] = wsdlChildren(operation.node, way)
  if (abstract === undefined) return undefined
  const [concrete] = wsdlChildren(bound.node, way)
  const extensions = concrete === undefined ? [] : extensionsOf(concrete)
  const soap = extensions.filter((child) => versionOf(child) !== undefined)
  const body = soap.find((child) => child.local === 'body')
  const source = { document: operation.document, node: abstract }
  const message = tolerated(index, () => index.named('message', source, 'message'))
  const all = message === undefined ? [] : readParts(index, message)
  const headers = soap
    .filter((child) => child.local === 'header')
    .flatMap((node) => {
      return tolerated(index, () => readHeader(index, { document: bound.document, node })) ?? []
    })
  const attachments = readAttachments(extensions, all)
  const elsewhere = new Set([
    ...headers.filter((each) => each.message === message?.node).map(({ part }) => part.name),
    ...attachments.map(({ name }) => name),
  ])
  return {
    message: message === undefined ? '' : nameOf(message.node),
    ...toUse(body, bound),
    parts: bodyParts(all, body, elsewhere),
    headers: headers.map(({ part }) => part),
    attachments,
  }
}

/** What declared faults carry: one part each (WSDL 1.1 §3.6). One whose message is not there says nothing, which is noted. */
export function readFaults(
  index: WsdlIndex,
  bound: Definition,
  operation: Definition,
): readonly FaultPart[] {
  return wsdlChildren(operation.node, 'fault').flatMap((node) => {
    const fault = nameOf(node)
    const concrete = wsdlChildren(bound.node, 'fault').find((each) => nameOf(each) === fault)
    const soap = concrete?.children.find((child) => versionOf(child) !== undefined)
    const { encoded, namespace } = toUse(soap, bound)
    const parts = faultParts(index, { document: operation.document, node })
    return parts.map((part) => ({ ...part, fault, encoded, namespace }))
  })
}

/** For the command line: an operation whose header or message is missing is told without it. */
function tolerated<T>(index: WsdlIndex, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(index.lenient && error instanceof ContractError)) throw error
    index.notes.push(error.finding)
    return undefined
  }
}

function faultParts(index: WsdlIndex, fault: Definition): readonly Part[] {
  try {
    return readParts(index, index.named('message', fault, 'message'))
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    index.notes.push(error.finding)
    return []
  }
}

/** Only the parts that the body names, or all that stand nowhere else. */
function bodyParts(
  all: readonly Part[],
  body: XmlElement | undefined,
  elsewhere: ReadonlySet<string>,
): readonly Part[] {
  const named = body?.attributes.get('parts')
  if (named === undefined) return all.filter(({ name }) => !elsewhere.has(name))
  const wanted = new Set(named.split(/[\s,]+/))
  return all.filter(({ name }) => wanted.has(name))
}

function toUse(node: XmlElement | undefined, bound: Definition) {
  const attributes = node?.attributes
  return {
    encoded: attributes?.get('use') === 'encoded',
    encodingStyle: attributes?.get('encodingStyle') ?? '',
    namespace: attributes?.get('namespace') ?? targetOf(bound.document),
  }
}

function readHeader(
  index: WsdlIndex,
  header: Definition,
): { readonly message: XmlElement; readonly part: HeaderPart } {
  const { message, part } = headerPart(index, header)
  const faults = header.node.children
    .filter((child) => versionOf(child) !== undefined && child.local === 'headerfault')
    .map((node) => headerPart(index, { document: header.document, node }).part)
  return { message, part: { ...part, ...toUse(header.node, header), faults } }
}

function headerPart(index: WsdlIndex, header: Definition) {
  const name = header.node.attributes.get('part') ?? ''
  const message = index.named('message', header, 'message')
  const parts = readParts(index, message)
  const only = parts.length === 1 && name === '' ? parts[0] : undefined
  const part = only ?? parts.find((each) => each.name === name)
  if (part === undefined) fail(header, `the message has no part "${name}"`)
  return { message: message.node, part }
}

function readAttachments(
  extensions: readonly XmlElement[],
  all: readonly Part[],
): readonly AttachmentPart[] {
  const contents = extensions.filter(
    (child) => child.namespace === MIME && (child.local === 'content' || child.local === 'mimeXml'),
  )
  return all.flatMap((part) => {
    const own = contents.filter((node) => node.attributes.get('part') === part.name)
    const contentTypes = own.flatMap((node) => node.attributes.get('type') ?? [])
    return own.length === 0 ? [] : [{ ...part, contentTypes }]
  })
}

/** SOAP and MIME extensions, also those inside the parts of a multipart binding. */
function extensionsOf(node: XmlElement): readonly XmlElement[] {
  return node.children.flatMap((child) =>
    child.namespace === MIME && (child.local === 'multipartRelated' || child.local === 'part')
      ? extensionsOf(child)
      : [child],
  )
}

function readParts(index: WsdlIndex, message: Definition): readonly Part[] {
  const { document, node } = message
  return wsdlChildren(node, 'part').map((part) => {
    const key = (attribute: string) => {
      const value = part.attributes.get(attribute)
      return value === undefined || value.trim() === ''
        ? undefined
        : index.key({ document, node: part }, value)
    }
    const place = { file: document.file, line: part.line }
    return { name: nameOf(part), element: key('element'), type: key('type'), place }
  })
}
