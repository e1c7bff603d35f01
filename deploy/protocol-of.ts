// What a system speaks, in words, as its contract tells. In: a system folder and its settings. Out: `SOAP 1.2`, `REST, XML`.

import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface Spoken {
  readonly protocol: string
  /** File in the folder. */
  readonly contract: string
  readonly port?: string | undefined
}

export function protocolOf(folder: string, { protocol, contract, port }: Spoken): string {
  if (protocol === 'table') return 'CSV over HTTP'
  const text = readFileSync(path.join(folder, contract), 'utf8')
  if (protocol === 'rest') {
    return /(?:application|text)\/(?:[a-z-]+\+)?xml/u.test(text) ? 'REST, XML' : 'REST, JSON'
  }
  return speaksSoap12(text, port ?? '[^"]*') ? 'SOAP 1.2' : 'SOAP 1.1'
}

/** The version is that of the port that is asked: the one named, else the first. */
function speaksSoap12(wsdl: string, port: string): boolean {
  const address = new RegExp(`port[^>]*name="${port}"[^>]*>\\s*<(\\w+):address`, 'u').exec(wsdl)
  return wsdl.includes(`xmlns:${address?.[1]}="http://schemas.xmlsoap.org/wsdl/soap12/"`)
}
