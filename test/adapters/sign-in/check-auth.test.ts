import { describe, expect, test } from 'vitest'

import type { SystemSettings } from '../../../adapters/settings.ts'
import type {
  AuthScheme,
  AuthSettings,
  HeaderSettings,
} from '../../../adapters/sign-in/auth-settings.ts'
import { checkAuth } from '../../../adapters/sign-in/check-auth.ts'

type Checked = Pick<SystemSettings, 'auth' | 'headers' | 'protocol' | 'attachments'>

function findings(changes: Partial<Checked>): string[] {
  return checkAuth({ auth: [], protocol: 'rest', ...changes }).map(
    ({ pointer, message }) => `${pointer} ${message}`,
  )
}

const LOGIN: AuthScheme<'login'> = {
  scheme: 'login',
  path: '/login',
  json: { user: 'USER' },
  token: 'token',
  send: { header: 'authorization', prefix: 'Bearer ' },
  lifetime: '5m',
}
const KEY: AuthScheme<'api-key'> = { scheme: 'api-key', header: 'x-key', key: 'KEY' }
const SIGNATURE: AuthScheme<'x509-signature'> = {
  scheme: 'x509-signature',
  certificate: 'CERTIFICATE',
  key: 'KEY',
  sign: ['Body'],
}
const COOKIE: AuthScheme<'login'> = {
  scheme: 'login',
  path: '/login',
  form: { user: 'USER' },
  cookie: 'SID',
  lifetime: '5m',
}
const { form: _form, ...WITHOUT_CREDENTIALS } = COOKIE
const { cookie: _cookie, ...FOR_NOTHING } = COOKIE

describe('nothing is wrong with', () => {
  test.each<[string, Partial<Checked>]>([
    ['a key beside Basic (Q34)', { auth: [KEY, { scheme: 'basic', user: 'U', password: 'P' }] }],
    ['a login', { auth: [LOGIN] }],
    ['a login for a cookie, beside a key', { auth: [COOKIE, KEY] }],
    [
      'a signature over all parts',
      {
        protocol: 'soap',
        auth: [
          { ...SIGNATURE, sign: ['Body', 'UsernameToken', 'Addressing'] },
          { scheme: 'username-token', user: 'U', password: 'P', type: 'text' },
          { scheme: 'ws-addressing' },
        ],
      },
    ],
    ['headers', { headers: [{ name: 'x-client', text: 'a' }] }],
  ])('%s', (_name, changes) => {
    expect(findings(changes)).toEqual([])
  })
})

describe('is refused, each at its place:', () => {
  test.each<[string, AuthSettings, string]>([
    [
      'a key for nowhere',
      { scheme: 'api-key', key: 'KEY' },
      '/auth/0 needs one of "header", "query"',
    ],
    ['a key for two places', { ...KEY, query: 'k' }, '/auth/0 takes only one of "header", "query"'],
    ['a header that is none', { ...KEY, header: 'x key' }, '/auth/0/header "x key" is no name'],
    ['a header of the transport', { ...KEY, header: 'Host' }, '/auth/0/header "Host" is written'],
    ['a login without credentials', WITHOUT_CREDENTIALS, '/auth/0 needs one of "json"'],
    ['a login with two bodies', { ...LOGIN, form: {} }, '/auth/0 takes only one of "json"'],
    ['a login by GET with a body', { ...LOGIN, method: 'GET' }, '/auth/0/method GET has no body'],
    ['a login for nothing', FOR_NOTHING, '/auth/0 needs "token" and "send"'],
    [
      'a cookie that is sent twice',
      { ...COOKIE, token: 't' },
      '/auth/0/cookie a cookie is sent back',
    ],
    ['a token for nowhere', { ...LOGIN, send: {} }, '/auth/0/send needs one of "header"'],
    [
      'a prefix of no header',
      { ...LOGIN, send: { query: 'q', prefix: 'x' } },
      '/auth/0/send/prefix is of a header',
    ],
    [
      'a prefix with a line end',
      { ...LOGIN, send: { header: 'a', prefix: 'x\r\n' } },
      '/auth/0/send/prefix is of a header',
    ],
    [
      'a SOAP header of REST',
      { ...LOGIN, send: { 'soap-header': '{u}A' } },
      '/auth/0/send/soap-header is of SOAP',
    ],
    [
      'a scheme of SOAP',
      { scheme: 'ws-addressing' },
      '/auth/0/scheme "ws-addressing" is of SOAP; this system speaks rest',
    ],
  ])('%s', (_name, auth, finding) => {
    expect(findings({ auth: [auth] })).toEqual([expect.stringContaining(finding)])
  })

  test.each<[string, Partial<Checked>, string]>([
    [
      'two for one header',
      { auth: [LOGIN, { scheme: 'bearer', token: 'T' }] },
      '/auth/1 takes the header "authorization", which auth.0',
    ],
    [
      'two keys of one header',
      { auth: [KEY, { ...KEY, header: 'X-Key' }] },
      '/auth/1 takes the header "x-key"',
    ],
    [
      'two logins',
      { auth: [COOKIE, { ...LOGIN, send: { query: 'q' } }] },
      '/auth/1 takes the only login',
    ],
    [
      'a signed token that is not there',
      { protocol: 'soap', auth: [{ ...SIGNATURE, sign: ['UsernameToken'] }] },
      '/auth/0/sign "UsernameToken" is signed only where "username-token"',
    ],
    [
      'a signer that nobody looks at',
      { protocol: 'soap', auth: [{ ...SIGNATURE, signer: 'x' }] },
      '/auth/0 signer and answer are of answers',
    ],
    [
      'signed attachments',
      { protocol: 'soap', auth: [SIGNATURE], attachments: 'mtom' },
      '/attachments cannot be signed',
    ],
    ['attachments of REST', { attachments: 'swa' }, '/attachments "swa" is of SOAP'],
  ])('%s', (_name, changes, finding) => {
    expect(findings(changes)).toEqual([expect.stringContaining(finding)])
  })

  test.each<[string, HeaderSettings, string]>([
    ['without a name', { text: 'x' }, '/headers/0 needs one of "name", "element"'],
    ['without a value', { name: 'x' }, '/headers/0 needs one of "from"'],
    [
      'with two values',
      { name: 'x', text: 'a', from: 'uuid' },
      '/headers/0 takes only one of "from"',
    ],
    [
      'with a line end',
      { name: 'x', text: 'a\r\nb: c' },
      '/headers/0/text an HTTP header is ASCII',
    ],
    [
      'of the connection',
      { name: 'Content-Length', text: '0' },
      '/headers/0/name "Content-Length" is written',
    ],
    ['of SOAP', { element: '{u}a', text: 'x' }, '/headers/0/element is of SOAP'],
  ])('a header %s', (_name, header, finding) => {
    expect(findings({ headers: [header] })).toEqual([expect.stringContaining(finding)])
  })
})
