// Clients known by their certificates, and tokens bound to them (RFC 8705): from the token endpoint to the gateway.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import { type Opened, open } from '../../gateway/support/open.ts'
import {
  createAuthority,
  issueClient,
  issueServer,
  type KeyPair,
  thumbprintOf,
} from '../../support/authority.ts'
import { Browser } from './browser.ts'
import { capability } from './capability.ts'
import { app, certificateBound, certifiedMachine, keyedMachine, machine } from './clients.ts'
import { claimsOf, protocol, verified } from './endpoints.ts'
import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { askTokenOverTls, callOverTls, postOverTls, tlsOf } from './over-tls.ts'
import {
  answerPages,
  askToken,
  authorizationRequest,
  codeForm,
  type Parameters,
  type TokenAnswer,
} from './sign-in.ts'

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const AGENCY = [
  ['C', 'IR'],
  ['O', 'سازمان راهداری'],
  ['OU', 'RMTO'],
  ['CN', 'cartable'],
] as const
const OTHER = [...AGENCY.slice(0, 3), ['CN', 'archive']] as const
/** RFC 4514: the other way round. */
const SUBJECT = 'CN=cartable,OU=RMTO,O=سازمان راهداری,C=IR'
const NOT_QUITE = [
  '.*',
  'CN=.*,OU=RMTO,O=سازمان راهداری,C=IR',
  'CN=cartable',
  'CN=cartable,OU=RMTO,C=IR',
  'C=IR,O=سازمان راهداری,OU=RMTO,CN=cartable',
  'CN=Cartable,OU=RMTO,O=سازمان راهداری,C=IR',
]
const REFUSED = { status: expect.toSatisfy((code) => code === 400 || code === 401), access: '' }
/** By an answer, or before one by the end of the connection. */
const NO_ANSWER = { status: expect.toSatisfy((code) => [0, 400, 401].includes(code)), access: '' }

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  let own: KeyPair
  let other: KeyPair
  const keys = generateKeyPair('ES256', { extractable: true })
  beforeAll(async () => {
    const { publicKey } = await keys
    const jwk = { ...(await exportJWK(publicKey)), kid: 'of-the-agency', alg: 'ES256', use: 'sig' }
    engine = await openEngine(name, {
      tls: true,
      clients: [
        certifiedMachine('certified', SUBJECT),
        ...NOT_QUITE.map((subject, index) => certifiedMachine(`not-quite-${index}`, subject)),
        certifiedMachine('of-the-authority', 'CN=Authority of a test'),
        certificateBound(keyedMachine('keyed', jwk)),
        certificateBound(machine('secret')),
        certificateBound(app('bound-app')),
      ],
    })
    const { authority } = tlsOf(engine)
    own = await issueClient(authority, AGENCY)
    other = await issueClient(authority, OTHER)
  })
  afterAll(() => engine.close())

  const form = (client_id: string): Parameters => ({
    grant_type: 'client_credentials',
    client_id,
    client_secret: engine.secretOf(client_id),
  })
  const grant = (clientId: string, shown?: KeyPair, headers = {}): Promise<TokenAnswer> =>
    askTokenOverTls(engine, form(clientId), shown, headers)
  const boundTo = ({ access }: TokenAnswer) => claimsOf(access)['cnf']

  describe('client certificates at the token endpoint', () => {
    capability(name, 'tls_client_auth: the certificate signs in', async () => {
      const answer = await grant('certified', own)
      expect(answer).toMatchObject({ status: 200, type: 'Bearer' })
      const { payload } = await verified(engine, answer.access, 'gateway')
      expect(payload).toMatchObject({ azp: 'certified', typ: 'Bearer' })
    })

    capability(name, 'its token is bound to that certificate', async () => {
      expect(boundTo(await grant('certified', own))).toEqual({ 'x5t#S256': thumbprintOf(own) })
    })

    capability(name, 'a renewed certificate of the same subject signs in', async () => {
      const renewed = await issueClient(tlsOf(engine).authority, AGENCY)
      const answer = await grant('certified', renewed)
      expect(boundTo(answer)).toEqual({ 'x5t#S256': thumbprintOf(renewed) })
    })

    capability(name, 'without a certificate, or without TLS, nobody is signed in', async () => {
      expect(await grant('certified')).toMatchObject(REFUSED)
      expect(await askToken(engine, form('certified'))).toMatchObject(REFUSED)
    })

    capability(name, 'another subject of the same authority is refused', async () => {
      expect(await grant('certified', other)).toMatchObject(REFUSED)
    })

    capability(name, 'a subject is compared whole and as text, not as an expression', async () => {
      for (const index of NOT_QUITE.keys()) {
        const { access } = await grant(`not-quite-${index}`, own)
        expect([NOT_QUITE[index], access]).toEqual([NOT_QUITE[index], ''])
      }
    })

    capability(name, 'of a chain the first certificate alone counts', async () => {
      const { authority } = tlsOf(engine)
      const behind = (pair: KeyPair, more: KeyPair): KeyPair => ({
        ...pair,
        certificate: `${pair.certificate}\n${more.certificate}`,
      })
      expect(await grant('certified', behind(other, own))).toMatchObject(REFUSED)
      expect(await grant('of-the-authority', behind(own, authority))).toMatchObject(REFUSED)
      const answer = await grant('certified', behind(own, other))
      expect(boundTo(answer)).toEqual({ 'x5t#S256': thumbprintOf(own) })
    })

    capability(name, 'a certificate of a foreign authority is refused', async () => {
      const foreign = await issueClient(await createAuthority('Authority of a test'), AGENCY)
      expect(await grant('certified', foreign)).toMatchObject(NO_ANSWER)
    })

    capability(name, 'a certificate that has ended is refused', async () => {
      const ended = await issueClient(tlsOf(engine).authority, AGENCY, { ended: true })
      expect(await grant('certified', ended)).toMatchObject(NO_ANSWER)
    })

    capability(name, 'a header that names a certificate is not believed', async () => {
      const text = encodeURIComponent(own.certificate)
      const forged = {
        'client-cert': `:${own.certificate.replaceAll(/-.*-|\s/g, '')}:`,
        'ssl-client-cert': text,
        'ssl-client-verify': 'SUCCESS',
        'x-client-cert': text,
        'x-ssl-client-s-dn': 'CN=cartable',
        'x-forwarded-client-cert': `Cert="${text}";Subject="CN=cartable"`,
        'x-forwarded-proto': 'https',
      }
      expect(await grant('certified', undefined, forged)).toMatchObject(REFUSED)
      expect(await grant('certified', other, forged)).toMatchObject(REFUSED)
      expect(await askToken(engine, form('certified'), forged)).toMatchObject(REFUSED)
    })

    capability(name, 'a secret does not open a client that shows a certificate', async () => {
      for (const client_secret of ['', 'certified-secret', SUBJECT]) {
        const answer = await askTokenOverTls(engine, { ...form('certified'), client_secret })
        expect(answer).toMatchObject(REFUSED)
      }
    })

    capability(
      name,
      'private_key_jwt: the token is bound to the certificate beside it',
      async () => {
        const sign = async () => {
          const now = Math.floor(Date.now() / 1000)
          const claims = { iss: 'keyed', sub: 'keyed', aud: engine.issuer, jti: randomUUID() }
          const client_assertion = await new SignJWT({ ...claims, iat: now, exp: now + 60 })
            .setProtectedHeader({ alg: 'ES256', kid: 'of-the-agency' })
            .sign((await keys).privateKey)
          return {
            grant_type: 'client_credentials',
            client_assertion_type: ASSERTION,
            client_assertion,
          }
        }
        const answer = await askTokenOverTls(engine, await sign(), other)
        expect(boundTo(answer)).toEqual({ 'x5t#S256': thumbprintOf(other) })
        expect(await askTokenOverTls(engine, await sign())).toMatchObject(REFUSED)
        expect(await askToken(engine, await sign())).toMatchObject(REFUSED)
      },
    )

    capability(name, 'a client with bound tokens gets none without a certificate', async () => {
      expect(boundTo(await grant('secret', own))).toEqual({ 'x5t#S256': thumbprintOf(own) })
      expect(await grant('secret')).toMatchObject(REFUSED)
      expect(await askToken(engine, form('secret'))).toMatchObject(REFUSED)
    })

    capability(name, 'discovery by TLS says so, and where', async () => {
      const { address, authority } = tlsOf(engine)
      const url = `${address}/.well-known/openid-configuration`
      expect((await callOverTls(url, { authority }))?.json).toMatchObject({
        issuer: engine.issuer,
        tls_client_certificate_bound_access_tokens: true,
        token_endpoint_auth_methods_supported: expect.arrayContaining(['tls_client_auth']),
        mtls_endpoint_aliases: { token_endpoint: `${address}/protocol/openid-connect/token` },
      })
    })
  })

  describe('tokens of people, bound to a certificate', () => {
    const signInAtApp = async (shown: KeyPair): Promise<TokenAnswer> => {
      const browser = new Browser(engine.issuer)
      const request = authorizationRequest(engine, 'bound-app')
      const start = await browser.open(request.url)
      const { stop } = await answerPages(engine, browser, start, engine.person('kaveh'))
      return askTokenOverTls(engine, codeForm(engine, request, stop.away!), shown)
    }
    const renew = (refresh_token: string, shown?: KeyPair): Promise<TokenAnswer> =>
      askTokenOverTls(
        engine,
        { grant_type: 'refresh_token', client_id: 'bound-app', refresh_token },
        shown,
      )

    capability(name, 'a refresh token of an app needs the same certificate', async () => {
      const first = await signInAtApp(own)
      expect(boundTo(first)).toEqual({ 'x5t#S256': thumbprintOf(own) })
      expect(await renew(first.refresh, other)).toMatchObject(REFUSED)
      expect(await renew(first.refresh)).toMatchObject(REFUSED)
      expect(boundTo(await renew(first.refresh, own))).toEqual({ 'x5t#S256': thumbprintOf(own) })
    })

    capability(name, 'userinfo needs the same certificate', async () => {
      const { access } = await signInAtApp(own)
      const ask = async (shown?: KeyPair) => {
        const headers = { authorization: `Bearer ${access}` }
        return (await postOverTls(engine, 'userinfo', {}, { shown, headers })).status
      }
      expect([await ask(own), await ask(other), await ask()]).toEqual([200, 401, 401])
      const plain = await fetch(protocol(engine, 'userinfo'), {
        headers: { authorization: `Bearer ${access}` },
      })
      expect(plain.status).toBe(401)
    })
  })

  describe('certificate-bound tokens at the gateway', () => {
    let folder = ''
    let server: KeyPair
    let gateway: Opened
    let behind: Opened
    const PROXY_SECRET = 'p'.repeat(32)
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'certificates-'))
      const { authority } = tlsOf(engine)
      server = await issueServer(authority)
      const file = async (as: string, text: string) => {
        await writeFile(path.join(folder, as), text)
        return path.join(folder, as)
      }
      gateway = await openGateway({
        PANJAREH_TLS_CERT: await file('cert.pem', server.certificate),
        PANJAREH_TLS_KEY: await file('key.pem', server.key),
        PANJAREH_CLIENT_CA: await file('clients.pem', authority.certificate),
      })
      behind = await openGateway({
        PANJAREH_PROXY_ADDRESS: '127.0.0.1',
        PANJAREH_PROXY_SECRET: PROXY_SECRET,
      })
    })
    afterAll(async () => {
      await gateway?.close()
      await behind?.close()
      await rm(folder, { recursive: true, force: true })
    })

    function openGateway(more: Readonly<Record<string, string>>): Promise<Opened> {
      const sdl = 'type Query { who: String @authenticated }'
      return open(
        { own: { sdl, resolvers: { Query: { who: () => 'an agency' } } } },
        { PANJAREH_ISSUER: engine.issuer, PANJAREH_KEYS_URL: protocol(engine, 'certs'), ...more },
      )
    }

    const QUERY = JSON.stringify({ query: '{ who }' })
    const headersOf = (token: string) => ({
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    })
    const ANSWERED = { status: 200, body: { data: { who: 'an agency' } } }
    const UNAUTHENTICATED = {
      status: 401,
      body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    }

    async function ask(token: string, shown?: KeyPair, headers = {}) {
      const { authority } = tlsOf(engine)
      const answer = await callOverTls(`${gateway.url}/graphql`, {
        authority,
        shown,
        method: 'POST',
        headers: { ...headersOf(token), ...headers },
        body: QUERY,
      })
      return { status: answer?.status, body: answer?.json }
    }

    async function askBehind(token: string, headers: Readonly<Record<string, string>> = {}) {
      const answer = await behind.post(QUERY, { ...headersOf(token), ...headers })
      return { status: answer.status, body: await answer.json() }
    }

    const field = ({ certificate }: KeyPair) => `:${certificate.replaceAll(/-.*-|\s/g, '')}:`

    capability(name, 'its token over a connection with its certificate', async () => {
      const { access } = await grant('certified', own)
      expect(await ask(access, own)).toMatchObject(ANSWERED)
    })

    capability(name, 'no certificate, or another of the same authority, is refused', async () => {
      const { access } = await grant('certified', own)
      const renewed = await issueClient(tlsOf(engine).authority, AGENCY)
      for (const shown of [undefined, other, renewed]) {
        expect(await ask(access, shown)).toMatchObject(UNAUTHENTICATED)
      }
    })

    capability(name, 'a forged header and plain HTTP are refused', async () => {
      const { access } = await grant('certified', own)
      const forged = { 'client-cert': field(own) }
      expect(await ask(access, undefined, forged)).toMatchObject(UNAUTHENTICATED)
      expect(await ask(access, other, forged)).toMatchObject(UNAUTHENTICATED)
      expect(await askBehind(access)).toMatchObject(UNAUTHENTICATED)
      expect(await askBehind(access, forged)).toMatchObject(UNAUTHENTICATED)
      const guessed = { ...forged, 'panjareh-proxy-secret': 'q'.repeat(32) }
      expect(await askBehind(access, guessed)).toMatchObject(UNAUTHENTICATED)
    })

    capability(name, 'behind a known proxy the certificate that it names counts', async () => {
      const { access } = await grant('certified', own)
      const from = (pair: KeyPair) => ({
        'client-cert': field(pair),
        'panjareh-proxy-secret': PROXY_SECRET,
      })
      expect(await askBehind(access, from(own))).toMatchObject(ANSWERED)
      expect(await askBehind(access, from(other))).toMatchObject(UNAUTHENTICATED)
    })
  })
})
