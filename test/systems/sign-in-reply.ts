// What a system says to whoever signs in, where no system is there to say it. In: settings and a request. Out: a token or
// cookie in the form that the system's own `auth` names; undefined for a request that is no sign-in.

import type { ExchangeReply, ExchangeRequest } from '../../adapters/adapter.ts'
import type { SystemSettings } from '../../adapters/settings.ts'

export function signInReply(
  { auth }: SystemSettings,
  { path, body }: ExchangeRequest,
): ExchangeReply | undefined {
  const place = path.split('?')[0]
  for (const scheme of auth) {
    if (scheme.scheme === 'soap-login') return soapAnswer(scheme, String(body))
    if (scheme.scheme === 'oauth2' && place === scheme.tokenPath) {
      return answer({ access_token: 'sample-token', token_type: 'Bearer', expires_in: 300 })
    }
    if (scheme.scheme !== 'login' || place !== scheme.path) continue
    if (scheme.cookie !== undefined) return answer({}, `${scheme.cookie}=sample-token; Path=/`)
    const steps = (scheme.token ?? '.').split('.').filter((step) => step !== '')
    return answer(steps.reduceRight<unknown>((inner, step) => ({ [step]: inner }), 'sample-token'))
  }
  return undefined
}

/** Elements of the path to the token, in the namespace of the sign-in's own element; other requests are none. */
function soapAnswer(
  { operation, token }: { readonly operation: string; readonly token: string },
  request: string,
): ExchangeReply | undefined {
  const sent = new RegExp(`<(\\w+):${operation}[\\s>]`, 'u').exec(request)
  if (sent === null) return undefined
  const namespace = new RegExp(`xmlns:${sent[1]}="([^"]*)"`, 'u').exec(request)?.[1] ?? ''
  const envelope = /xmlns:soap="([^"]*)"/u.exec(request)?.[1] ?? ''
  const content = token
    .split('.')
    .reduceRight((inner, step) => `<${step}>${inner}</${step}>`, 'sample-token')
  const body = `<${operation}Response xmlns="${namespace}">${content}</${operation}Response>`
  return {
    status: 200,
    headers: { 'content-type': 'application/xml; charset=utf-8' },
    body: Buffer.from(`<e:Envelope xmlns:e="${envelope}"><e:Body>${body}</e:Body></e:Envelope>`),
  }
}

function answer(body: unknown, cookie?: string): ExchangeReply {
  const headers = { 'content-type': 'application/json' }
  return {
    status: 200,
    headers: cookie === undefined ? headers : { ...headers, 'set-cookie': cookie },
    body: Buffer.from(JSON.stringify(body)),
  }
}
