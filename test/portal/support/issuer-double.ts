// A sign-on on a real socket that does what a test tells it: the honest answers first, each of which can be changed.
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import { decodeJwt, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

import { portOf } from './port-of.ts'

export interface Key {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

export async function makeKey(alg: string, kid: string = randomUUID()): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

interface Code {
  readonly parameters: ReadonlyMap<string, string>
  readonly sid: string
}

export interface Asked {
  readonly path: string
  readonly form: ReadonlyMap<string, string>
  readonly headers: IncomingMessage['headers']
}

const SECRET = 'the-secret-of-the-portal'
export const PERSON = { sub: 'b0b4f6c0-0000-4000-8000-000000000001', name: 'سارا کریمی' }

export class IssuerDouble {
  readonly server: Server
  readonly asked: Asked[] = []
  readonly keys: Key[] = []
  readonly codes = new Map<string, Code>()
  /** Refresh tokens that are good, each for one use. */
  readonly refreshTokens = new Map<string, string>()
  roles: readonly string[] = ['citizen']
  sid = 'sid-1'
  lifetime = 300
  /** Changes what discovery says. */
  metadata: Readonly<Record<string, unknown>> = {}
  /** Changes the claims, or the header, of every token of a kind that is issued. */
  claims: (claims: JWTPayload, kind: 'access' | 'id') => JWTPayload = (claims) => claims
  header: Readonly<Record<string, unknown>> = {}
  /** Changes the address that the browser is sent back to. */
  back: (url: URL) => URL = (url) => url
  /** Milliseconds before the token endpoint answers, and what it waits for. */
  delayMs = 0
  held: Promise<unknown> = Promise.resolve()
  wantsDpopNonce = false
  endSessionStatus = 204

  constructor() {
    this.server = createServer((request, response) => {
      void this.#answer(request, response)
    })
  }

  static async start(alg = 'RS256'): Promise<IssuerDouble> {
    const double = new IssuerDouble()
    double.keys.push(await makeKey(alg))
    await new Promise<void>((resolve) => double.server.listen(0, '127.0.0.1', resolve))
    return double
  }

  get issuer(): string {
    return `http://127.0.0.1:${portOf(this.server)}/realms/gov`
  }

  get secret(): string {
    return SECRET
  }

  count(path: string): number {
    return this.asked.filter((asked) => asked.path === path).length
  }

  last(path: string): Asked {
    return this.asked.findLast((asked) => asked.path === path)!
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  sign(claims: JWTPayload, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const [key] = this.keys
    return new SignJWT(claims)
      .setProtectedHeader({ typ: 'JWT', alg: key!.alg, kid: key!.kid, ...header })
      .sign(key!.privateKey)
  }

  logoutToken(
    changes: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = { typ: 'logout+jwt' },
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: this.issuer,
      aud: 'portal',
      sub: PERSON.sub,
      sid: this.sid,
      iat: now,
      exp: now + 120,
      jti: randomUUID(),
      typ: 'Logout',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...changes,
    }
    return this.sign(withoutUndefined(claims), header)
  }

  async tokens(client: string, nonce: string | undefined, extra: JWTPayload = {}) {
    const now = Math.floor(Date.now() / 1000)
    const common = {
      iss: this.issuer,
      sub: PERSON.sub,
      jti: randomUUID(),
      iat: now,
      exp: now + this.lifetime,
      azp: client,
      sid: this.sid,
      auth_time: now,
      acr: 'low',
      ...extra,
    }
    const access = this.claims(
      { ...common, typ: 'Bearer', aud: ['gateway'], realm_access: { roles: this.roles } },
      'access',
    )
    const id = this.claims(
      {
        ...common,
        typ: 'ID',
        aud: client,
        name: PERSON.name,
        ...(nonce === undefined ? {} : { nonce }),
      },
      'id',
    )
    const refresh = randomUUID()
    this.refreshTokens.set(refresh, client)
    return {
      access_token: await this.sign(withoutUndefined(access), this.header),
      id_token: await this.sign(withoutUndefined(id), this.header),
      refresh_token: refresh,
      token_type: 'Bearer',
      expires_in: this.lifetime,
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer)
    const path = url.pathname.replace('/realms/gov', '').replace('/protocol/openid-connect', '')
    let text = ''
    for await (const part of request) text += String(part)
    const form = new Map(new URLSearchParams(text))
    this.asked.push({ path, form, headers: request.headers })
    if (path === '/auth') return this.#authorise(url, response)
    const [status, body] = await this.#reply(path, form, request)
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(this.wantsDpopNonce ? { 'dpop-nonce': 'a-nonce' } : {}),
    })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }

  async #reply(
    path: string,
    form: ReadonlyMap<string, string>,
    request: IncomingMessage,
  ): Promise<Reply> {
    switch (path) {
      case '/.well-known/openid-configuration':
        return [200, { ...this.#metadata(), ...this.metadata }]
      case '/certs':
        return [200, { keys: this.keys.map(({ jwk }) => jwk) }]
      case '/token':
        await new Promise((resolve) => setTimeout(resolve, this.delayMs))
        await this.held
        return this.#token(form, request)
      case '/par': {
        const uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`
        this.codes.set(uri, { parameters: form, sid: this.sid })
        return [201, { request_uri: uri, expires_in: 60 }]
      }
      case '/logout':
        // A browser gets a page that asks; a server is answered.
        return request.method === 'GET' ? [200, {}] : [this.endSessionStatus, undefined]
      default:
        return [404, {}]
    }
  }

  #metadata() {
    const at = (path: string) => `${this.issuer}/protocol/openid-connect/${path}`
    return {
      issuer: this.issuer,
      authorization_endpoint: at('auth'),
      token_endpoint: at('token'),
      jwks_uri: at('certs'),
      end_session_endpoint: at('logout'),
      authorization_response_iss_parameter_supported: true,
    }
  }

  /** Everybody is signed in already. */
  #authorise(url: URL, response: ServerResponse): void {
    const pushed = this.codes.get(url.searchParams.get('request_uri') ?? '')
    const parameters = pushed?.parameters ?? new Map(url.searchParams)
    const code = randomUUID()
    this.codes.set(code, { parameters, sid: this.sid })
    const back = new URL(parameters.get('redirect_uri') ?? '')
    back.searchParams.set('code', code)
    back.searchParams.set('state', parameters.get('state') ?? '')
    back.searchParams.set('iss', this.issuer)
    response.writeHead(302, { location: this.back(back).href }).end()
  }

  async #token(form: ReadonlyMap<string, string>, { headers }: IncomingMessage): Promise<Reply> {
    if (this.wantsDpopNonce && nonceIn(headers['dpop']) !== 'a-nonce') {
      return [400, { error: 'use_dpop_nonce' }]
    }
    const [client, secret] = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
      .toString()
      .split(':')
    const isClient = secret === SECRET || form.has('client_assertion')
    if (!isClient) return [401, { error: 'invalid_client' }]
    const clientId = form.get('client_id') ?? client ?? ''
    return form.get('grant_type') === 'refresh_token'
      ? this.#refresh(form, clientId)
      : this.#redeem(form, clientId)
  }

  async #refresh(form: ReadonlyMap<string, string>, clientId: string): Promise<Reply> {
    const isGood = this.refreshTokens.delete(form.get('refresh_token') ?? '')
    return isGood
      ? [200, await this.tokens(clientId, undefined)]
      : [400, { error: 'invalid_grant' }]
  }

  async #redeem(form: ReadonlyMap<string, string>, clientId: string): Promise<Reply> {
    const parameters = this.codes.get(form.get('code') ?? '')?.parameters
    this.codes.delete(form.get('code') ?? '')
    const verifier = form.get('code_verifier') ?? ''
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const isRight =
      parameters?.get('code_challenge') === challenge &&
      parameters.get('redirect_uri') === form.get('redirect_uri')
    if (!isRight) return [400, { error: 'invalid_grant' }]
    const acr = parameters.get('acr_values')?.split(' ')[0]
    const extra = acr === undefined ? {} : { acr }
    return [200, await this.tokens(clientId, parameters.get('nonce'), extra)]
  }
}

type Reply = readonly [number, unknown]

function nonceIn(proof: unknown): unknown {
  return typeof proof === 'string' ? decodeJwt(proof)['nonce'] : undefined
}

function withoutUndefined(claims: Readonly<Record<string, unknown>>): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}
