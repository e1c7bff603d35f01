// The signature of an answer (WS-Security 1.1.1 §8). In: the answer's text, whom we trust, what has to be signed. Out: the
// text of an envelope that holds nothing but what was signed, which is what is decoded. Never: a key that the message
// brings along and nobody trusts; a part outside its place; an algorithm that was not agreed on.

import { X509Certificate } from 'node:crypto'

import { SignedXml } from 'xml-crypto'

import type { SignedPart } from '../../sign-in/auth-settings.ts'
import { escapeAttribute } from '../../xml/escape.ts'
import { Unreadable } from '../unreadable.ts'
import { DIGESTS, ENVELOPED, EXCLUSIVE_C14N, SIGNATURES, WSSE, WSU } from './names.ts'
import {
  childrenOf,
  idOf,
  isAddressingBlock,
  isNamed,
  parseSigned,
  scopeOf,
  type SignedEnvelope,
} from './signed-envelope.ts'
import { isFresh } from './timestamp.ts'
import { isTrusted, type Trust } from './trust.ts'

export interface Verification {
  readonly trust: Trust
  /** Beside the Body. */
  readonly parts: readonly SignedPart[]
  /** Is SHA-1 still taken? */
  readonly sha1: boolean
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Throws XmlError, or Unreadable `unsigned`, `signature`, `signer` or `stale`. */
export function verifyAnswer(text: string, verification: Verification): string {
  const envelope = parseSigned(text)
  const signed = verifySignature(text, envelope, verification)
  const canonical = (element: Element): string | undefined => {
    const id = idOf(element)
    return id === undefined ? undefined : signed.get(id)
  }
  const body = canonical(envelope.body)
  if (body === undefined) throw new Unreadable('unsigned')
  assertParts(envelope, verification, (element) => canonical(element) !== undefined)
  assertFreshness(envelope, verification.now())
  const headers = envelope.headers.flatMap((each) => canonical(each) ?? [])
  return rebuild(envelope, headers.join(''), body)
}

/** Canonical text of every part that the signature covers, by id. */
function verifySignature(
  text: string,
  { signature, security }: SignedEnvelope,
  { trust, sha1, now }: Verification,
): ReadonlyMap<string, string> {
  const brought = trust.authorities.length > 0 ? tokensOf(security) : []
  const candidates = [...trust.pinned, ...brought]
  const trusted = candidates.filter((each) => isTrusted(each, trust, now()))
  if (trusted.length === 0) throw new Unreadable('signer')
  for (const certificate of trusted) {
    const references = check(text, signature, { certificate, sha1 })
    if (references !== undefined) return references
  }
  throw new Unreadable('signature')
}

function check(
  text: string,
  signature: Element,
  { certificate, sha1 }: { readonly certificate: X509Certificate; readonly sha1: boolean },
): ReadonlyMap<string, string> | undefined {
  const signed = new SignedXml({
    idMode: 'wssecurity',
    publicCert: certificate.toString(),
    getCertFromKeyInfo: () => null,
  })
  narrow(signed, sha1)
  try {
    signed.loadSignature(signature)
    if (!signed.checkSignature(text)) return undefined
  } catch {
    // What the library says of it may hold the message's text.
    return undefined
  }
  const references = signed.getReferences()
  return new Map(
    references.flatMap(({ uri, signedReference }) =>
      uri?.startsWith('#') && signedReference !== undefined
        ? [[uri.slice(1), signedReference] as const]
        : [],
    ),
  )
}

/**
 * Only what WS-Security needs: one canonical form, no hash that is broken. A transform takes away the signature itself and
 * nothing else; what is decoded has gone through it, too.
 */
function narrow(signed: SignedXml, sha1: boolean): void {
  const { CanonicalizationAlgorithms, HashAlgorithms, SignatureAlgorithms } = signed
  const names = sha1 ? (['sha256', 'sha512', 'sha1'] as const) : (['sha256', 'sha512'] as const)
  signed.CanonicalizationAlgorithms = pick(CanonicalizationAlgorithms, [EXCLUSIVE_C14N, ENVELOPED])
  signed.HashAlgorithms = pick(
    HashAlgorithms,
    names.map((name) => DIGESTS[name]),
  )
  signed.SignatureAlgorithms = pick(
    SignatureAlgorithms,
    names.map((name) => SIGNATURES[name]),
  )
}

function pick<T>(algorithms: Record<string, T>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(algorithms).filter(([name]) => names.includes(name)))
}

/** Certificates that the message brings along; nobody's until they are trusted. */
function tokensOf(security: Element): X509Certificate[] {
  const tokens = childrenOf(security).filter((each) => isNamed(each, WSSE, 'BinarySecurityToken'))
  return tokens.flatMap((each) => {
    try {
      return [new X509Certificate(Buffer.from(each.textContent ?? '', 'base64'))]
    } catch {
      return []
    }
  })
}

function assertParts(
  { headers, security }: SignedEnvelope,
  { parts }: Verification,
  isSigned: (element: Element) => boolean,
): void {
  for (const part of parts) {
    if (part === 'Body') continue
    const found =
      part === 'Addressing' ? headers.filter(isAddressingBlock) : partsOf(security, part)
    if (found.length === 0 || !found.every(isSigned)) throw new Unreadable('unsigned', part)
  }
}

function partsOf(security: Element, part: 'Timestamp' | 'UsernameToken'): Element[] {
  const namespace = part === 'Timestamp' ? WSU : WSSE
  return childrenOf(security).filter((each) => isNamed(each, namespace, part))
}

/** A Timestamp that is there has to hold, required or not (§10). */
function assertFreshness({ security }: SignedEnvelope, now: number): void {
  const [timestamp, another] = partsOf(security, 'Timestamp')
  if (timestamp === undefined) return
  const textOf = (local: string): string | undefined =>
    childrenOf(timestamp).find((each) => isNamed(each, WSU, local))?.textContent ?? undefined
  const times = { created: textOf('Created') ?? '', expires: textOf('Expires') }
  if (another !== undefined || !isFresh(times, now)) throw new Unreadable('stale')
}

/** Canonical parts carry the namespaces of their names; those of names in values are the Body's surroundings'. */
function rebuild({ namespace, body }: SignedEnvelope, headers: string, content: string): string {
  const scope = new Map([...scopeOf(body)].filter(([name]) => name !== 'xmlns:env'))
  const declared = [...scope].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
  const header = headers === '' ? '' : `<env:Header>${headers}</env:Header>`
  return `<env:Envelope xmlns:env="${escapeAttribute(namespace)}"${declared.join('')}>${header}${content}</env:Envelope>`
}
