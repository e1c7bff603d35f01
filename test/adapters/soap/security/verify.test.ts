import { X509Certificate } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { toTrust, type Trust } from '../../../../adapters/soap/security/trust.ts'
import { verifyAnswer } from '../../../../adapters/soap/security/verify.ts'
import { BODY, createSigner, ENV, type Signer, signedByNodeSoap } from './signers.ts'

const signer = await createSigner()
const stranger = await createSigner()
const SHOWN = '<tns:name>Ali</tns:name></tns:answer></soap:Body>'
const FORGED = BODY.replace('Ali', 'evil')
const ANSWER = signedByNodeSoap(signer)
const SIGNED_BODY = /<soap:Body.*<\/soap:Body>/s.exec(ANSWER)?.[0] ?? ''
const BODY_ID = / Id="([^"]+)"/.exec(SIGNED_BODY)?.[1] ?? ''

function trustIn(...signers: readonly Signer[]): Trust {
  return toTrust(
    signers.map(({ certificate }) => new X509Certificate(certificate)),
    undefined,
  )
}

interface Changes {
  readonly trust?: Trust
  readonly parts?: readonly ('Timestamp' | 'UsernameToken' | 'Addressing')[]
  readonly sha1?: boolean
  readonly now?: number
}

function verify(text: string, { trust, parts = [], sha1 = false, now }: Changes = {}): string {
  return verifyAnswer(text, {
    trust: trust ?? trustIn(signer),
    parts,
    sha1,
    now: () => now ?? Date.now(),
  })
}

function reasonOf(text: string, changes: Changes = {}): unknown {
  try {
    return verify(text, changes)
  } catch (error) {
    return error instanceof Error && 'reason' in error ? error.reason : error
  }
}

describe('an answer that node-soap has signed', () => {
  test('is an envelope of nothing but what was signed', () => {
    const text = verify(ANSWER, { parts: ['Timestamp'] })
    expect(text).toContain(SHOWN)
    expect(text).not.toContain('Security')
  })

  test('keeps the prefixes that its values use, and loses its comments', () => {
    const typed =
      '<tns:answer xsi:type="tns:Answer"><tns:name>A<!-- b -->li</tns:name></tns:answer>'
    const text = verify(signedByNodeSoap(signer, typed))
    expect(text).toMatch(/<env:Envelope[^>]* xmlns:tns="urn:test:register"/)
    expect(text).toContain('<tns:name>Ali</tns:name>')
  })

  test('in SHA-1 is taken only where the settings say so', () => {
    const old = signedByNodeSoap(signer, BODY, {
      signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
      digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1',
    })
    expect(reasonOf(old)).toBe('signature')
    expect(verify(old, { sha1: true })).toContain(SHOWN)
  })
})

/** Puts the signed Body elsewhere, and a forged one in its place. */
function wrapped(place: (envelope: string, body: string) => string, forgedId = ''): string {
  const forged = `<soap:Body${forgedId}>${FORGED}</soap:Body>`
  return place(
    ANSWER.replace(SIGNED_BODY, () => forged),
    SIGNED_BODY,
  )
}

describe('a wrapped signature is refused:', () => {
  test.each<[string, string, string]>([
    [
      'the signed Body in a header of its own',
      wrapped((text, body) => text.replace('</soap:Header>', `<x>${body}</x></soap:Header>`)),
      'unsigned',
    ],
    [
      'the forged Body under the same id',
      wrapped(
        (text, body) => text.replace('</soap:Header>', `<x>${body}</x></soap:Header>`),
        ` Id="${BODY_ID}"`,
      ),
      'signature',
    ],
    [
      'the forged Body under the same id in another namespace',
      wrapped(
        (text, body) => text.replace('</soap:Header>', `<x>${body}</x></soap:Header>`),
        ` xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" wsu:Id="${BODY_ID}"`,
      ),
      'signature',
    ],
    [
      'the forged Body under another id',
      wrapped(
        (text, body) => text.replace('</soap:Header>', `<x>${body}</x></soap:Header>`),
        ' Id="mine"',
      ),
      'unsigned',
    ],
    [
      'the signed Body behind the forged one',
      wrapped((text, body) => text.replace('</soap:Envelope>', `${body}</soap:Envelope>`)),
      'signature',
    ],
    [
      'the signed Body before the forged one',
      wrapped((text, body) => text.replace('<soap:Body>', `${body}<soap:Body>`)),
      'signature',
    ],
    [
      'the signed Body inside the forged one',
      wrapped((text, body) => text.replace('</soap:Body>', `${body}</soap:Body>`)),
      'unsigned',
    ],
    [
      'the signed Body in an object of the signature',
      wrapped((text, body) => text.replace('</Signature>', `<Object>${body}</Object></Signature>`)),
      'unsigned',
    ],
    [
      'the signed envelope in the forged one',
      `<soap:Envelope xmlns:soap="${ENV}" xmlns:tns="urn:test:register">${/<soap:Header>.*<\/soap:Header>/s.exec(ANSWER)?.[0]}<soap:Body><w>${SIGNED_BODY}</w>${FORGED}</soap:Body></soap:Envelope>`,
      'unsigned',
    ],
    [
      'the forged Body in a second header',
      ANSWER.replace('</soap:Header>', `</soap:Header><soap:Header><x>${FORGED}</x></soap:Header>`),
      'signature',
    ],
    [
      'something beside the Body',
      ANSWER.replace('</soap:Envelope>', `<x>${FORGED}</x></soap:Envelope>`),
      'signature',
    ],
  ])('%s', (_name, text, reason) => {
    expect(text).toContain('evil')
    expect(reasonOf(text)).toBe(reason)
  })

  test('an unsigned header block never reaches the decoder', () => {
    const text = verify(ANSWER.replace('</soap:Header>', '<x>evil</x></soap:Header>'))
    expect(text).not.toContain('evil')
  })
})

describe('a signature that does not hold is refused:', () => {
  const value = /<SignatureValue>([^<]+)/.exec(ANSWER)?.[1] ?? ''
  const digest = /<DigestValue>([^<]+)/.exec(ANSWER)?.[1] ?? ''
  const info = /<SignedInfo>.*<\/SignedInfo>/s.exec(ANSWER)?.[0] ?? ''
  const forgedInfo = signedByNodeSoap(stranger, FORGED)
  test.each<[string, string, string]>([
    ['none', ANSWER.replace(/<Signature .*<\/Signature>/s, ''), 'unsigned'],
    ['no header at all', ANSWER.replace(/<soap:Header>.*<\/soap:Header>/s, ''), 'unsigned'],
    ['a changed Body', ANSWER.replace('Ali', 'evil'), 'signature'],
    ['a changed Timestamp', ANSWER.replace(/(<Expires>20)../, '$199'), 'signature'],
    [
      'a changed signature',
      ANSWER.replace(value, `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`),
      'signature',
    ],
    [
      'a comment in the digest',
      ANSWER.replace(digest, `<!--x-->${digest}`).replace('Ali', 'evil'),
      'signature',
    ],
    [
      'a second SignedInfo',
      ANSWER.replace(
        info,
        () => /<SignedInfo>.*<\/SignedInfo>/s.exec(forgedInfo)?.[0] + info,
      ).replace('Ali', 'evil'),
      'signature',
    ],
    [
      'a second signature',
      ANSWER.replace(
        '</wsse:Security>',
        `${/<Signature .*<\/Signature>/s.exec(forgedInfo)?.[0]}</wsse:Security>`,
      ),
      'signature',
    ],
    ["a stranger's", signedByNodeSoap(stranger), 'signature'],
    [
      'HMAC with our certificate for its key',
      ANSWER.replace('2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#hmac-sha1'),
      'signature',
    ],
    [
      'a transform that takes away',
      ANSWER.replace(
        '2001/10/xml-exc-c14n#"/></Transforms>',
        '1999/REC-xpath-19991116"/></Transforms>',
      ),
      'signature',
    ],
    ['no reference', ANSWER.replace(/<Reference .*<\/Reference>/s, ''), 'signature'],
    ['an empty reference', ANSWER.replace(`URI="#${BODY_ID}"`, 'URI=""'), 'signature'],
    ['a document type', `<!DOCTYPE x [<!ENTITY e "evil">]>${ANSWER}`, 'doctype'],
    ['half a message', ANSWER.slice(0, -20), 'truncated'],
  ])('%s', (_name, text, reason) => {
    expect(text).not.toBe(ANSWER)
    expect(reasonOf(text)).toBe(reason)
  })
})

describe('what has to be signed', () => {
  test.each(['UsernameToken', 'Addressing'] as const)('and is not there is missed: %s', (part) => {
    expect(reasonOf(ANSWER, { parts: [part] })).toBe('unsigned')
  })

  test('and is there without a signature is missed', () => {
    const addressed = ANSWER.replace(
      '</soap:Header>',
      '<a:RelatesTo xmlns:a="http://www.w3.org/2005/08/addressing">x</a:RelatesTo></soap:Header>',
    )
    expect(reasonOf(addressed, { parts: ['Addressing'] })).toBe('unsigned')
  })

  test('is not taken from another place', () => {
    const moved = /<Timestamp .*<\/Timestamp>/s.exec(ANSWER)?.[0] ?? ''
    const text = ANSWER.replace(moved, '').replace(
      '</soap:Header>',
      `<x>${moved}</x></soap:Header>`,
    )
    expect(reasonOf(text, { parts: ['Timestamp'] })).toBe('unsigned')
  })
})

describe('time', () => {
  const MINUTE = 60_000
  test.each([
    [9, 'fresh'],
    [11, 'stale'],
    [-4, 'fresh'],
    [-6, 'stale'],
  ])('an answer is, by a clock %i minutes later, %s', (minutes, expected) => {
    const reason = reasonOf(ANSWER, { now: Date.now() + minutes * MINUTE })
    expect(reason === 'stale' ? 'stale' : 'fresh').toBe(expected)
  })

  test.each<[string, number, number]>([
    ['not yet valid', 1, 30],
    ['no longer valid', -30, -1],
  ])('a certificate that is %s signs for nobody', async (_name, from, to) => {
    const other = await createSigner({ from, to })
    expect(reasonOf(signedByNodeSoap(other), { trust: trustIn(other) })).toBe('signer')
  })
})

describe('trust in an authority', async () => {
  const authority = await createSigner({ name: 'authority', authority: true })
  const own = await createSigner({ name: 'register', issuer: authority })
  const other = await createSigner({ name: 'somebody', issuer: authority })
  const posing = await createSigner({ name: 'register' })
  const certificates = [new X509Certificate(authority.certificate)]

  test('takes the certificate of the named signer that the answer brings along', () => {
    const trust = toTrust(certificates, 'register')
    expect(verify(signedByNodeSoap(own), { trust })).toContain(SHOWN)
  })

  test.each([
    ['another name of the authority', other],
    ['the name without the authority', posing],
  ])('does not take %s', (_name, each) => {
    expect(reasonOf(signedByNodeSoap(each), { trust: toTrust(certificates, 'register') })).toBe(
      'signer',
    )
  })

  test('without a name trusts the very certificate, and nobody that it signed for', () => {
    const trust = toTrust(certificates, undefined)
    expect(reasonOf(signedByNodeSoap(own), { trust })).toBe('signature')
    expect(verify(signedByNodeSoap(authority), { trust })).toContain(SHOWN)
  })
})
