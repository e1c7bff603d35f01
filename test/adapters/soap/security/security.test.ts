import { describe, expect, test } from 'vitest'

import type { AuthSettings, HeaderSettings } from '../../../../adapters/sign-in/auth-settings.ts'
import { withCredentials } from '../../../../adapters/sign-in/credentials.ts'
import { loadSoap } from '../../../../adapters/soap/load.ts'
import { canonical, folderOf, MemoryTransport, settingsOf, toWsdl } from '../contract.ts'

const SCHEMA = `<xs:element name="ask"><xs:complexType/></xs:element>
<xs:element name="answer"><xs:complexType/></xs:element>
<xs:element name="Credentials"><xs:complexType><xs:sequence><xs:element name="Password" type="xs:string"/><xs:element name="User" type="xs:string"/></xs:sequence></xs:complexType></xs:element>`
const NS = 'urn:test:register'
const WSA = 'http://www.w3.org/2005/08/addressing'
const OLD = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
const SECRETS: Readonly<Record<string, string>> = {
  USER: '</h:User><evil>&',
  PASS: 'p]]>"',
  TEST_URL: 'https://r.invalid/',
  BROKEN: 'a\u0000b',
}
const PARTS = {
  input: '<w:part name="parameters" element="tns:ask"/>',
  output: '<w:part name="parameters" element="tns:answer"/>',
}

interface Options {
  readonly auth?: readonly AuthSettings[]
  readonly headers?: readonly HeaderSettings[]
  readonly declared?: boolean
  readonly session?: string
}

/** The request's header as canonical text, and the call again. */
async function open({ auth = [], headers = [], declared = false, session }: Options) {
  const parts = declared
    ? { ...PARTS, header: '<w:part name="head" element="tns:Credentials"/>' }
    : PARTS
  const folder = await folderOf({ 'service.wsdl': toWsdl(SCHEMA, { parts }) })
  const transport = new MemoryTransport({ body: '' })
  const settings = settingsOf({ auth: [...auth], headers: [...headers] })
  const { adapter, contract } = await loadSoap({
    system: 'sys',
    folder,
    settings,
    transport,
    secret,
  })
  const signed = withCredentials(adapter, auth, { contract, secret })
  const context = {
    requestId: 'r-1',
    traceparent: '00-aa-bb-01',
    signal: new AbortController().signal,
    session,
  }
  const ask = () => signed.call('ask', {}, context)
  const sent = async (): Promise<string> => {
    await ask().catch(() => {})
    return /Header>(.*)<\/\{[^}]*\}Header>/.exec(canonical(transport.text))?.[1] ?? ''
  }
  return { transport, ask, sent }
}

function secret(name: string): string {
  return SECRETS[name] ?? ''
}

const CREDENTIALS: AuthSettings = {
  scheme: 'soap-header',
  element: `{${NS}}Credentials`,
  values: { User: 'USER', Password: 'PASS' },
}

describe('credentials in a header of their own', () => {
  test('are written as text that stays text', async () => {
    const { sent } = await open({ auth: [CREDENTIALS] })
    const [user, password] = [JSON.stringify(SECRETS['USER']), JSON.stringify(SECRETS['PASS'])]
    expect(await sent()).toBe(
      `<{${NS}}Credentials><{${NS}}User>${user}</{${NS}}User><{${NS}}Password>${password}</{${NS}}Password></{${NS}}Credentials>`,
    )
  })

  test('are written by the contract where it declares the header, once and in its order', async () => {
    const { sent } = await open({ auth: [CREDENTIALS], declared: true })
    const text = await sent()
    expect(text.match(/Credentials[> ]/g)).toHaveLength(2)
    expect(text.indexOf('Password')).toBeLessThan(text.indexOf('User'))
  })

  test.each<[string, AuthSettings]>([
    ['a name that is none', { ...CREDENTIALS, values: { 'a b': 'USER' } }],
    ['a name that opens another', { ...CREDENTIALS, values: { 'a><b': 'USER' } }],
    ['a secret that XML cannot carry', { ...CREDENTIALS, values: { User: 'BROKEN' } }],
    [
      'a user that XML cannot carry',
      { scheme: 'username-token', user: 'BROKEN', password: 'PASS', type: 'text' },
    ],
  ])('are refused at load with %s', async (_name, auth) => {
    await expect(open({ auth: [auth] })).rejects.toMatchObject({ name: 'FindingsError' })
  })
})

function login(header: string): AuthSettings {
  return {
    scheme: 'soap-login',
    operation: 'ask',
    input: {},
    token: 'x',
    lifetime: '5m',
    send: { 'soap-header': header },
  }
}

describe('a session', () => {
  test.each([
    ['{urn:s}Session', '<{urn:s}Session>"to<ken"</{urn:s}Session>'],
    ['{urn:s}Session/Id', '<{urn:s}Session><{urn:s}Id>"to<ken"</{urn:s}Id></{urn:s}Session>'],
  ])('goes to %s', async (header, text) => {
    expect(await (await open({ auth: [login(header)], session: 'to<ken' })).sent()).toBe(text)
    expect(await (await open({ auth: [login(header)] })).sent()).toBe('')
  })
})

test('headers of the settings are filled from the request', async () => {
  const road = 'http://x-road.eu/xsd/xroad.xsd'
  const { sent } = await open({
    headers: [
      { element: `{${road}}id`, from: 'request-id' },
      { element: `{${road}}protocolVersion`, text: '4.0' },
      { element: `{${road}}userId`, variable: 'PASS' },
      {
        element: `{${road}}client`,
        attributes: { '{urn:ids}objectType': 'SUB"SYSTEM', plain: 'x' },
        children: [
          { element: '{urn:ids}xRoadInstance', text: 'EE' },
          { element: `{${road}}local`, text: '<' },
        ],
      },
      { name: 'x-http', text: 'not here' },
    ],
  })
  const text = await sent()
  expect(text).toContain(`<{${road}}id>"r-1"</{${road}}id>`)
  expect(text).toContain(`<{${road}}protocolVersion>"4.0"`)
  expect(text).toMatch(/\{urn:ids\}objectType="SUB\\?"SYSTEM"/)
  expect(text).toContain('<{urn:ids}xRoadInstance>"EE"')
  expect(text).toContain(`<{${road}}local>"<"`)
  expect(text).not.toContain('not here')
})

function answer(header: string): string {
  return `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>${header}</e:Header><e:Body><t:answer xmlns:t="${NS}"/></e:Body></e:Envelope>`
}

describe('WS-Addressing', () => {
  test.each<[AuthSettings, string, string]>([
    [{ scheme: 'ws-addressing' }, WSA, `${WSA}/anonymous`],
    [{ scheme: 'ws-addressing', version: '2004/08' }, OLD, `${OLD}/role/anonymous`],
  ])('%j says where from and where to', async (auth, namespace, anonymous) => {
    const text = await (await open({ auth: [auth] })).sent()
    expect(text).toContain(`<{${namespace}}Action>"urn:ask"<`)
    expect(text).toMatch(/MessageID>"urn:uuid:[0-9a-f-]{36}"</)
    expect(text).toContain(`<{${namespace}}ReplyTo><{${namespace}}Address>"${anonymous}"<`)
    expect(text).toContain(`<{${namespace}}To>"https://r.invalid/"<`)
  })

  test('takes an action of the settings', async () => {
    const auth = { scheme: 'ws-addressing', actions: { ask: 'urn:other?a&b' } } as const
    expect(await (await open({ auth: [auth] })).sent()).toContain('Action>"urn:other?a&b"<')
  })

  test.each<[string, (id: string) => string, boolean]>([
    ['the request itself', (id) => `<a:RelatesTo xmlns:a="${WSA}">\n${id} </a:RelatesTo>`, true],
    ['nothing', () => '', true],
    [
      'another message by another relation',
      () => `<a:RelatesTo xmlns:a="${WSA}" RelationshipType="urn:thread">x</a:RelatesTo>`,
      true,
    ],
    ['another request', () => `<a:RelatesTo xmlns:a="${WSA}">urn:uuid:other</a:RelatesTo>`, false],
    [
      'another request in the old manner',
      () => `<a:RelatesTo xmlns:a="${OLD}" RelationshipType="a:Reply">x</a:RelatesTo>`,
      false,
    ],
    [
      'two',
      (id) =>
        `<a:RelatesTo xmlns:a="${WSA}">${id}</a:RelatesTo><a:RelatesTo xmlns:a="${WSA}">x</a:RelatesTo>`,
      false,
    ],
  ])('an answer that relates to %s is one: %s', async (_name, header, taken) => {
    const { transport, ask } = await open({ auth: [{ scheme: 'ws-addressing' }] })
    transport.exchange = (request) => {
      const id = /MessageID[^>]*>([^<]+)/.exec(String(request.body))?.[1] ?? ''
      const body = Buffer.from(answer(header(id)))
      return Promise.resolve({ status: 200, headers: { 'content-type': 'text/xml' }, body })
    }
    const outcome = await ask().then(
      () => true,
      (error: unknown) => error,
    )
    if (taken) expect(outcome).toBe(true)
    else
      expect(outcome).toMatchObject({
        code: 'SYSTEM_REPLY_INVALID',
        detail: { reason: 'addressing' },
      })
  })
})

test('a Timestamp of five minutes stands beside the token where the settings say so', async () => {
  const token = {
    scheme: 'username-token',
    user: 'PASS',
    password: 'PASS',
    type: 'digest',
  } as const
  const { transport, ask } = await open({ auth: [{ ...token, timestamp: true }] })
  await ask().catch(() => {})
  const [created = 0, expires = 0] = [
    ...transport.text.matchAll(/<wsu:(?:Created|Expires)>([^<]+)/g),
  ].map(([, time = '']) => Date.parse(time))
  expect(expires - created).toBe(300_000)
  expect(Math.abs(Date.now() - created)).toBeLessThan(60_000)
  const without = await open({ auth: [token] })
  await without.ask().catch(() => {})
  expect(without.transport.text).not.toContain('Timestamp')
})
