// What of a system's `auth` and `headers` stands in the envelope. In: settings, secrets, the call. Out: header blocks, the
// sealed envelope, and the checks of its answer. Never: an id, nonce or time that was sent before.

import { randomUUID } from 'node:crypto'

import type { AdapterSource, CallContext, OperationContract } from '../../adapter.ts'
import type {
  AuthScheme,
  AuthSettings,
  HeaderSettings,
  SignedPart,
} from '../../sign-in/auth-settings.ts'
import { type RequestValue, toValue } from '../../sign-in/request-value.ts'
import { declaredHeader, toHeaderName } from '../../soap-header.ts'
import { escapeAttribute } from '../../xml/escape.ts'
import type { XmlHandler } from '../../xml/parse.ts'
import type { SoapOperation } from '../contract/port.ts'
import { ENVELOPE } from '../namespaces.ts'
import { ADDRESSING_BLOCKS, RelationCheck, toAddressing } from './addressing.ts'
import { assertName, assertText, toElementName, writeBlock } from './header-block.ts'
import { WSSE, WSU } from './names.ts'
import type { Seal } from './seal.ts'
import { toTimestamp } from './timestamp.ts'
import { freshly, toUsernameToken, type UsernameToken } from './username-token.ts'

interface SecuredCall {
  readonly operation: SoapOperation
  readonly contract: OperationContract
  readonly context: CallContext
}

/** What goes out, and what comes back of it. */
export interface Outgoing {
  /** Header blocks that are not the contract's, '' for none. */
  readonly headers: string
  /** The envelope as it is sent. */
  seal(envelope: string): string
  /** Stands before the decoder of the answer. */
  readonly wrap?: ((handler: XmlHandler) => XmlHandler) | undefined
  /** Only what of the answer's text was signed. Throws XmlError or Unreadable. Absent: answers are read as they come. */
  readonly verify?: ((text: string) => string) | undefined
}

export type Secure = (call: SecuredCall) => Outgoing

type Source = Pick<AdapterSource, 'settings' | 'secret'>
type Write = (call: SecuredCall) => string

const PLAIN: Outgoing = { headers: '', seal: (envelope) => envelope }

/** Secrets are read now. Throws FindingsError. */
export async function compileSecurity(source: Source): Promise<Secure> {
  const { auth, headers = [] } = source.settings
  const blocks = [
    ...auth.flatMap((scheme) => toBlocks(scheme, source)),
    ...headers.flatMap((header) => toHeaderBlock(header, source)),
  ]
  const addressing = auth.find((each) => each.scheme === 'ws-addressing')
  const token = auth.find((each) => each.scheme === 'username-token')
  const signature = auth.find((each) => each.scheme === 'x509-signature')
  if (addressing === undefined && token === undefined && signature === undefined) {
    if (blocks.length === 0) return () => PLAIN
    return (call) => ({ ...PLAIN, headers: blocks.map((write) => write(call)).join('') })
  }
  const parts: Parts = {
    blocks,
    token: token && readToken(token, source),
    timestamp: token?.timestamp === true || signature?.sign.includes('Timestamp') === true,
    addressing: addressing && readAddressing(addressing, source),
    // Only here, because no other system needs the libraries.
    seal: signature && (await import('./seal.ts')).compileSeal(signature, source),
  }
  return (call) => secure(parts, call)
}

interface Parts {
  readonly blocks: readonly Write[]
  readonly token: UsernameToken | undefined
  readonly timestamp: boolean
  readonly addressing: ReadAddressing | undefined
  readonly seal: Seal | undefined
}

function secure(parts: Parts, call: SecuredCall): Outgoing {
  const { seal, addressing } = parts
  const ids = toIds(seal)
  const messageId = `urn:uuid:${randomUUID()}`
  const own = parts.blocks.map((write) => write(call)).join('')
  return {
    headers: writeSecurity(parts, call, ids) + writeAddressing(parts, call, messageId, ids) + own,
    seal: (envelope) =>
      seal === undefined
        ? envelope
        : seal.sign(withBodyId(envelope, ids.body), ids.signed, ids.binary),
    wrap: addressing && ((handler: XmlHandler) => new RelationCheck(handler, messageId)),
    verify: seal?.verify,
  }
}

/** Names by which a signature means the parts of one request; undefined for a part that is not signed. */
interface Ids {
  readonly body: string | undefined
  readonly timestamp: string | undefined
  readonly token: string | undefined
  readonly addressing: readonly string[]
  readonly binary: string
  readonly signed: readonly string[]
}

function toIds(seal: Seal | undefined): Ids {
  const unique = seal === undefined ? '' : randomUUID()
  const of = (part: SignedPart, letter: string): string | undefined =>
    seal?.parts.has(part) === true ? `${letter}-${unique}` : undefined
  const [body, timestamp, token] = [of('Body', 'b'), of('Timestamp', 't'), of('UsernameToken', 'u')]
  const addressing = Array.from({ length: ADDRESSING_BLOCKS }, (_, at) =>
    of('Addressing', `a${at}`),
  )
  const signed = [body, timestamp, token, ...addressing].filter((id) => id !== undefined)
  return {
    body,
    timestamp,
    token,
    addressing: addressing.filter((id) => id !== undefined),
    binary: `x-${unique}`,
    signed,
  }
}

function writeSecurity(
  { token, timestamp, seal }: Parts,
  { operation }: SecuredCall,
  ids: Ids,
): string {
  if (token === undefined && seal === undefined) return ''
  return (
    `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}" xmlns:e="${escapeAttribute(ENVELOPE[operation.version])}" e:mustUnderstand="1">` +
    (seal?.token(ids.binary) ?? '') +
    (timestamp ? toTimestamp(Date.now(), ids.timestamp) : '') +
    (token === undefined ? '' : toUsernameToken(token, freshly(), ids.token)) +
    `</wsse:Security>`
  )
}

/** The first Body in the text is the envelope's: what stands in headers before it is escaped or of other names. */
function withBodyId(envelope: string, id: string | undefined): string {
  if (id === undefined) return envelope
  return envelope.replace('<soap:Body>', () => `<soap:Body xmlns:wsu="${WSU}" wsu:Id="${id}">`)
}

interface ReadAddressing {
  readonly version: '1.0' | '2004/08'
  readonly to: string
  readonly actions: Readonly<Record<string, string>>
}

function writeAddressing(
  { addressing }: Parts,
  { operation }: SecuredCall,
  messageId: string,
  { addressing: ids }: Ids,
): string {
  if (addressing === undefined) return ''
  const { version, to, actions } = addressing
  const own = Object.hasOwn(actions, operation.name) ? actions[operation.name] : undefined
  return toAddressing({ version, to, action: own ?? operation.addressing.input, messageId, ids })
}

function readAddressing(
  { version = '1.0', to, actions = {} }: AuthScheme<'ws-addressing'>,
  { settings, secret }: Source,
): ReadAddressing {
  const variable = to ?? settings.address
  return { version, actions, to: assertText(secret(variable), variable) }
}

function readToken(
  { user, password, type }: AuthScheme<'username-token'>,
  { secret }: Source,
): UsernameToken {
  return {
    type,
    user: assertText(secret(user), user),
    password: assertText(secret(password), password),
  }
}

/** Credentials in headers that the contract does not declare; credentials.ts puts the others into the input. */
function toBlocks(scheme: AuthSettings, source: Source): Write[] {
  if (scheme.scheme === 'soap-header') return [toCredentials(scheme, source)]
  const header =
    scheme.scheme === 'login' || scheme.scheme === 'soap-login'
      ? scheme.send?.['soap-header']
      : undefined
  return header === undefined ? [] : [toSessionBlock(header)]
}

function toCredentials(
  { element, values, constants = {} }: AuthScheme<'soap-header'>,
  { secret }: Source,
): Write {
  const name = toElementName(element)
  const children = [
    ...Object.entries(constants).map(([local, text]) => [local, String(text)] as const),
    ...Object.entries(values).map(
      ([local, variable]) => [local, assertText(secret(variable), variable)] as const,
    ),
  ].map(([local, text]) => ({ namespace: name.namespace, local: assertName(local), text }))
  const block = writeBlock({ ...name, children })
  return ({ contract }) => (declaredHeader(contract, name.local) === undefined ? block : '')
}

function toSessionBlock(header: string): Write {
  const { namespace, local, child } = toHeaderName(header)
  assertName(local)
  if (child !== undefined) assertName(child)
  return ({ contract, context: { session } }) => {
    if (session === undefined || declaredHeader(contract, local) !== undefined) return ''
    return child === undefined
      ? writeBlock({ namespace, local, text: session })
      : writeBlock({ namespace, local, children: [{ namespace, local: child, text: session }] })
  }
}

function toHeaderBlock(header: HeaderSettings, { secret }: Source): Write[] {
  if (header.element === undefined) return []
  const name = toElementName(header.element)
  const { attributes } = header
  const children = header.children?.map((each) => ({
    ...toElementName(each.element),
    text: each.text,
  }))
  const value: RequestValue = toValue(header, secret)
  if (header.variable !== undefined) assertText(secret(header.variable), header.variable)
  writeBlock({ ...name, attributes })
  return [
    ({ context }) =>
      children === undefined
        ? writeBlock({ ...name, attributes, text: value(context) })
        : writeBlock({ ...name, attributes, children }),
  ]
}
