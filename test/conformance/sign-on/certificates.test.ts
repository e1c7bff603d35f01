// Clients known by their certificates, and tokens bound to them (RFC 8705): from the token endpoint to the gateway.
import { randomUUID } from 'node:crypto'

import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import {
  createAuthority,
  issueClient,
  type KeyPair,
  thumbprintOf,
} from '../../support/authority.ts'
import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { Browser } from './support/browser.ts'
import {
  app,
  audienceMapper,
  certificateBound,
  certifiedMachine,
  keyedMachine,
  machine,
  web,
} from './support/clients.ts'
import { claimsOf, protocol, verified } from './support/endpoints.ts'
import { askTokenOverTls, callOverTls, postOverTls, tlsOf } from './support/over-tls.ts'
import {
  answerPages,
  askToken,
  authorizationRequest,
  codeForm,
  type Parameters,
  signIn,
  type TokenAnswer,
} from './support/sign-in.ts'
import { openTlsGateways, PROXY_SECRET, type TlsGateways } from './support/tls-gateways.ts'
import { capability } from './table/capability.ts'

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const EXCHANGES = { attributes: { 'standard.token.exchange.enabled': 'true' } }
const TO_EXCHANGER = audienceMapper('exchanger')
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

/** RFC 9440 §2. */
const field = ({ certificate }: KeyPair) => `:${certificate.replaceAll(/-.*-|\s/g, '')}:`
const ANSWERED = { status: 200, body: { data: { who: 'an agency' } } }
const UNAUTHENTICATED = {
  status: 401,
  challenge: 'Bearer error="invalid_token"',
  body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
}
const chained = (pair: KeyPair, more: KeyPair): KeyPair => ({
  ...pair,
  certificate: `${pair.certificate}\n${more.certificate}`,
})
const boundTo = ({ access }: TokenAnswer) => claimsOf(access)['cnf']
const from = (pair: KeyPair) => ({
  'client-cert': field(pair),
  'panjareh-proxy-secret': PROXY_SECRET,
})

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
        certificateBound(web('bound-web', { ...EXCHANGES, protocolMappers: [TO_EXCHANGER] })),
        web('web', { protocolMappers: [TO_EXCHANGER] }),
        certificateBound(machine('exchanger', EXCHANGES)),
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
      expect(await grant('certified', chained(other, own))).toMatchObject(REFUSED)
      expect(await grant('of-the-authority', chained(own, authority))).toMatchObject(REFUSED)
      const answer = await grant('certified', chained(own, other))
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
        'client-cert': field(own),
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
    capability(name, 'a refresh token of an app needs the same certificate', async () => {
      const first = await signInShowing(engine, 'bound-app', own)
      expect(boundTo(first)).toEqual({ 'x5t#S256': thumbprintOf(own) })
      expect(await renew(engine, first.refresh, other)).toMatchObject(REFUSED)
      expect(await renew(engine, first.refresh)).toMatchObject(REFUSED)
      expect(boundTo(await renew(engine, first.refresh, own))).toEqual({
        'x5t#S256': thumbprintOf(own),
      })
    })

    capability(name, 'a bound token is exchanged by no other client in its aud', async () => {
      const { access } = await signInShowing(engine, 'bound-web', own)
      for (const shown of [own, other, undefined]) {
        expect(await exchange(engine, 'exchanger', access, shown)).toMatchObject(REFUSED)
      }
    })

    capability(name, 'its own client exchanges it with the same certificate', async () => {
      const { access } = await signInShowing(engine, 'bound-web', own)
      expect(await exchange(engine, 'bound-web', access, other)).toMatchObject(REFUSED)
      expect(await exchange(engine, 'bound-web', access)).toMatchObject(REFUSED)
      const exchanged = await exchange(engine, 'bound-web', access, own)
      expect(boundTo(exchanged)).toEqual({ 'x5t#S256': thumbprintOf(own) })
    })

    capability(
      name,
      'what a client with bound tokens exchanges comes out bound, or not at all',
      async () => {
        const { access } = await signIn(engine, 'web', 'kaveh')
        const exchanged = await exchange(engine, 'exchanger', access, other)
        expect(boundTo(exchanged)).toEqual({ 'x5t#S256': thumbprintOf(other) })
        expect(await exchange(engine, 'exchanger', access)).toMatchObject(REFUSED)
      },
      { keycloak: 'without a certificate it gives an unbound token' },
    )

    capability(name, 'userinfo needs the same certificate', async () => {
      const { access } = await signInShowing(engine, 'bound-app', own)
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
    let gateways: TlsGateways
    beforeAll(async () => {
      gateways = await openTlsGateways(engine)
    })
    afterAll(() => gateways?.close())

    capability(name, 'its token over a connection with its certificate', async () => {
      const { access } = await grant('certified', own)
      expect(await gateways.ask(access, own)).toMatchObject(ANSWERED)
    })

    capability(name, 'no certificate, or another of the same authority, is refused', async () => {
      const { access } = await grant('certified', own)
      const renewed = await issueClient(tlsOf(engine).authority, AGENCY)
      for (const shown of [undefined, other, renewed]) {
        expect(await gateways.ask(access, shown)).toMatchObject(UNAUTHENTICATED)
      }
    })

    capability(name, 'a forged header and plain HTTP are refused', async () => {
      const { access } = await grant('certified', own)
      const forged = { 'client-cert': field(own) }
      expect(await gateways.ask(access, undefined, forged)).toMatchObject(UNAUTHENTICATED)
      expect(await gateways.ask(access, other, forged)).toMatchObject(UNAUTHENTICATED)
      expect(await gateways.askBehind(access)).toMatchObject(UNAUTHENTICATED)
      expect(await gateways.askBehind(access, forged)).toMatchObject(UNAUTHENTICATED)
      const guessed = { ...forged, 'panjareh-proxy-secret': 'q'.repeat(32) }
      expect(await gateways.askBehind(access, guessed)).toMatchObject(UNAUTHENTICATED)
    })

    capability(name, 'behind a known proxy the certificate that it names counts', async () => {
      const { access } = await grant('certified', own)
      expect(await gateways.askBehind(access, from(own))).toMatchObject(ANSWERED)
      expect(await gateways.askBehind(access, from(other))).toMatchObject(UNAUTHENTICATED)
    })
  })
})

/** The pages without TLS, the code with it. */
async function signInShowing(
  engine: SignOnEngine,
  clientId: string,
  shown: KeyPair,
): Promise<TokenAnswer> {
  const browser = new Browser(engine.issuer)
  const request = authorizationRequest(engine, clientId)
  const start = await browser.open(request.url)
  const { stop } = await answerPages(engine, browser, start, engine.person('kaveh'))
  return askTokenOverTls(engine, codeForm(engine, request, stop.away!), shown)
}

function renew(engine: SignOnEngine, refresh_token: string, shown?: KeyPair) {
  const form = { grant_type: 'refresh_token', client_id: 'bound-app', refresh_token }
  return askTokenOverTls(engine, form, shown)
}

function exchange(
  engine: SignOnEngine,
  client_id: string,
  subject_token: string,
  shown?: KeyPair,
): Promise<TokenAnswer> {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    client_id,
    client_secret: engine.secretOf(client_id),
    subject_token,
    subject_token_type: ACCESS_TOKEN,
    requested_token_type: ACCESS_TOKEN,
  }
  return askTokenOverTls(engine, form, shown)
}
