import { DOMParser } from '@xmldom/xmldom'
import { describe, expect, test } from 'vitest'
import { SignedXml } from 'xml-crypto'

import type { AuthScheme, AuthSettings } from '../../../../adapters/sign-in/auth-settings.ts'
import { loadSoap } from '../../../../adapters/soap/load.ts'
import { folderOf, MemoryTransport, settingsOf, toWsdl } from '../contract.ts'
import { createSigner, type Signer, signedByNodeSoap } from './signers.ts'

const SCHEMA = `<xs:element name="ask"><xs:complexType><xs:sequence><xs:element name="nin" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="answer"><xs:complexType><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType></xs:element>`
const NIN = '00\r\n1 < & "۲"'
const ours = await createSigner({ name: 'panjareh' })
const theirs = await createSigner()
const CONTEXT = { requestId: 'r-1', traceparent: '', signal: new AbortController().signal }
const SIGNATURE: AuthScheme<'x509-signature'> = {
  scheme: 'x509-signature',
  certificate: 'OUR_CERTIFICATE',
  key: 'OUR_KEY',
  sign: ['Body', 'Timestamp', 'UsernameToken', 'Addressing'],
}
const TOKEN = { scheme: 'username-token', user: 'USER', password: 'PASS', type: 'digest' } as const
const ADDRESSING = { scheme: 'ws-addressing' } as const
const SECRETS: Readonly<Record<string, string>> = {
  OUR_CERTIFICATE: ours.certificate,
  OUR_KEY: ours.key,
  TRUST: theirs.certificate,
  USER: 'u<&>',
  PASS: 'p',
  TEST_URL: 'https://register.invalid/a?b&c',
  EC_KEY: '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----',
}

function secret(name: string): string {
  return SECRETS[name] ?? ''
}

async function open(auth: readonly AuthSettings[], version: '1.1' | '1.2' = '1.1') {
  const folder = await folderOf({ 'service.wsdl': toWsdl(SCHEMA, { version }) })
  const transport = new MemoryTransport({ body: '' })
  const settings = settingsOf({ auth: [...auth] })
  const { adapter } = await loadSoap({ system: 'sys', folder, settings, transport, secret })
  return { transport, ask: () => adapter.call('ask', { nin: NIN }, CONTEXT) }
}

/** Ids that xml-crypto, used by itself, finds signed in the text. */
function checked(text: string, { certificate }: Signer): string[] {
  const document = new DOMParser().parseFromString(text, 'text/xml')
  const [signature] = Array.from(
    document.getElementsByTagNameNS('http://www.w3.org/2000/09/xmldsig#', 'Signature'),
  )
  const signed = new SignedXml({ idMode: 'wssecurity', publicCert: certificate })
  if (signature === undefined) return []
  signed.loadSignature(signature)
  expect(signed.checkSignature(text)).toBe(true)
  return signed.getSignedReferences()
}

describe('a signed request', () => {
  test.each(['1.1', '1.2'] as const)(
    'in SOAP %s holds for another implementation',
    async (version) => {
      const { transport, ask } = await open([TOKEN, ADDRESSING, SIGNATURE], version)
      await ask().catch(() => {})
      const parts = checked(transport.text, ours)
      expect(parts.map((each) => /^<(?:\w+:)?(\w+)/.exec(each)?.[1])).toEqual([
        'Body',
        'Timestamp',
        'UsernameToken',
        'Action',
        'MessageID',
        'ReplyTo',
        'To',
      ])
      expect(parts[0]).toContain('00&#xD;\n1 &lt; &amp; "۲"')
      expect(parts[6]).toContain('https://register.invalid/a?b&amp;c')
    },
  )

  test('is sent as it was signed: a changed byte is noticed', async () => {
    const { transport, ask } = await open([{ ...SIGNATURE, sign: ['Body'] }])
    await ask().catch(() => {})
    expect(checked(transport.text, ours)).toHaveLength(1)
    const changed = transport.text.replace('۲', '۳')
    expect(() => checked(changed, ours)).toThrow()
  })

  test.each([
    ['token', '#x-', 'BinarySecurityToken'],
    ['issuer-serial', 'X509IssuerName>CN=panjareh<', 'X509SerialNumber'],
  ] as const)('names its certificate by %s', async (reference, shown, also) => {
    const { transport, ask } = await open([{ ...SIGNATURE, sign: ['Body'], reference }])
    await ask().catch(() => {})
    expect(transport.text).toContain(shown)
    expect(transport.text).toContain(also)
    expect(transport.text.includes('BinarySecurityToken')).toBe(reference === 'token')
    expect(checked(transport.text, ours)).toHaveLength(1)
  })

  test('uses SHA-1 only where the settings say so', async () => {
    for (const hash of [undefined, 'sha1'] as const) {
      const { transport, ask } = await open([
        { ...SIGNATURE, sign: ['Body'], ...(hash && { hash }) },
      ])
      await ask().catch(() => {})
      expect(transport.text.includes('rsa-sha1')).toBe(hash === 'sha1')
    }
  })

  test('never has the ids of another', async () => {
    const { transport, ask } = await open([TOKEN, ADDRESSING, SIGNATURE])
    const seen = new Set<string>()
    for (const _ of [1, 2]) {
      await ask().catch(() => {})
      for (const [, id = ''] of transport.text.matchAll(
        /(?:wsu:Id="|<wsa:MessageID[^>]*>)([^"<]+)/g,
      )) {
        expect(seen.has(id)).toBe(false)
        seen.add(id)
      }
    }
    expect(seen.size).toBeGreaterThan(14)
  })
})

describe('the answer to a signed request', () => {
  const verifying: AuthSettings = {
    ...SIGNATURE,
    sign: ['Body'],
    trust: 'TRUST',
    answer: ['Timestamp'],
  }
  const body = '<tns:answer><tns:name>Ali</tns:name></tns:answer>'

  test('is decoded from what was signed', async () => {
    const { transport, ask } = await open([verifying])
    transport.answer = { body: signedByNodeSoap(theirs, body) }
    expect((await ask()).value).toEqual({ name: 'Ali' })
    expect(transport.sent?.stream).toBeUndefined()
  })

  test.each<[string, string, string]>([
    [
      'that is not signed',
      signedByNodeSoap(theirs, body).replace(/<Signature .*<\/Signature>/s, ''),
      'unsigned',
    ],
    ['that was changed', signedByNodeSoap(theirs, body).replace('Ali', 'evil'), 'signature'],
    ['that we signed ourselves', signedByNodeSoap(ours, body), 'signature'],
    [
      'that is a fault nobody signed',
      `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>e:Server</faultcode><faultstring>x</faultstring></e:Fault></e:Body></e:Envelope>`,
      'unsigned',
    ],
  ])('%s is no answer', async (_name, text, reason) => {
    const { transport, ask } = await open([verifying])
    transport.answer = { body: text }
    await expect(ask()).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      operation: 'ask',
      detail: { reason },
    })
  })
})

describe('keys are checked at load', () => {
  test.each<[string, Partial<Extract<AuthSettings, { scheme: 'x509-signature' }>>, string]>([
    ['of another', { certificate: 'TRUST' }, 'OUR_KEY is not the key of the certificate in TRUST'],
    ['that are none', { key: 'USER' }, 'USER holds no private key'],
    ['that are broken', { key: 'EC_KEY' }, 'EC_KEY holds no private key'],
    ['that are no certificate', { trust: 'USER' }, 'USER holds no certificate'],
  ])('%s', async (_name, changes, message) => {
    const refused = open([{ ...SIGNATURE, sign: ['Body'], ...changes }])
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.not.toThrow(/u<&>|BEGIN/)
  })
})
