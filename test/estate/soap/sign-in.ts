// A token of a SOAP system's sign-in, asked over the wire as its system.json says. In: a running estate. Out: the token.

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { type Fields, isFields } from '../open-api.ts'
import type { Estate } from '../start-estate.ts'
import { postSoap } from './soap-call.ts'
import { child, escapeXml } from './soap-xml.ts'

const SUBGRAPHS = fileURLToPath(new URL('../../../subgraphs/', import.meta.url))

interface Asking {
  readonly scheme: Fields
  readonly folder: string
  readonly contract: string
  readonly url: string
  /** Members of the sign-in, with the account in the place of its variables. */
  readonly account: Readonly<Record<string, string>>
}

/** Empty where the system has no sign-in, or refuses it: then the system refuses the call as well. */
export async function signInToken({ environment }: Estate, system: string): Promise<string> {
  const folder = path.join(SUBGRAPHS, system)
  const settings: unknown = JSON.parse(await readFile(path.join(folder, 'system.json'), 'utf8'))
  const schemes = isFields(settings) && Array.isArray(settings['auth']) ? settings['auth'] : []
  const scheme = schemes.filter(isFields).find((each) => String(each['scheme']).endsWith('login'))
  if (scheme === undefined || !isFields(settings)) return ''
  const members = scheme['json'] ?? scheme['input']
  const account = Object.entries(isFields(members) ? members : {}).map(
    ([name, variable]) => [name, environment[String(variable)] ?? ''] as const,
  )
  const asking = {
    scheme,
    folder,
    contract: String(settings['contract']),
    url: environment[String(settings['address'])] ?? '',
    account: Object.fromEntries(account),
  }
  return scheme['scheme'] === 'login' ? askJson(asking) : askSoap(asking)
}

async function askJson({ scheme, url, account }: Asking): Promise<string> {
  const body = JSON.stringify(account)
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(url + String(scheme['path']), { method: 'POST', headers, body })
  const token = String(scheme['token'])
    .split('.')
    .reduce<unknown>((held, step) => (isFields(held) ? held[step] : undefined), await reply.json())
  return typeof token === 'string' ? token : ''
}

/** Namespace and action stand in the contract, whose first port is asked. */
async function askSoap({ scheme, folder, contract, url, account }: Asking): Promise<string> {
  const text = await readFile(path.join(folder, contract), 'utf8')
  const name = String(scheme['operation'])
  const namespace = /targetNamespace="([^"]*)"/u.exec(text)?.[1] ?? ''
  const action = new RegExp(`soapAction="([^"]*${name})"`, 'u').exec(text)?.[1] ?? ''
  const parts = Object.entries(account).map(
    ([part, value]) => `<${part}>${escapeXml(value)}</${part}>`,
  )
  const { content } = await postSoap({
    url,
    version: text.includes('<soap:address') ? '1.1' : '1.2',
    action,
    body: `<${name} xmlns="${namespace}">${parts.join('')}</${name}>`,
  })
  return (
    String(scheme['token'])
      .split('.')
      .reduce((element, step) => child(element, step), content)?.text ?? ''
  )
}
