// What every SOAP service of the estate owes, said once: it refuses what its contract does not allow and who it does not
// know, and its switches do what they say. In: a running estate and one good call. Out: tests of vitest.

import { readFile } from 'node:fs/promises'

import { createClientAsync, type Client } from 'soap'
import { describe, expect, it } from 'vitest'

import type { Estate } from '../start-estate.ts'
import { postSoap, readFault, type SoapAnswer, type SoapCall } from './soap-call.ts'
import { ENVELOPE } from './soap-fault.ts'

export interface Door {
  readonly system: string
  readonly estate: () => Estate
  /** A call that is answered; made anew for each test. */
  readonly call: () => SoapCall
  /** Bodies with elements that the contract has elsewhere, or not at all, or with wrong values. */
  readonly wrongBodies: Readonly<Record<string, string>>
  /** Calls of strangers, and what they are told: a fault code, or an HTTP status. */
  /** The contract says no action, so any is taken. */
  readonly anyAction?: boolean
  readonly strangers: Readonly<Record<string, readonly [change: Partial<SoapCall>, told: string]>>
}

const OTHER = { '1.1': '1.2', '1.2': '1.1' } as const
const CALLER = { '1.1': 'Client', '1.2': 'Sender' } as const

/** `Client`, `Sender`, `FailedAuthentication`, or the HTTP status of what is no SOAP message. */
export function toldBy({ content, status }: SoapAnswer): string {
  const fault = readFault(content)
  if (fault === undefined) return String(status)
  return fault.subcode === '' ? fault.code : fault.subcode
}

export function describeStrictness(door: Door): void {
  const ask = async (change: Partial<SoapCall> = {}) => postSoap({ ...door.call(), ...change })
  const told = async (change: Partial<SoapCall>) => toldBy(await ask(change))

  describe(`${door.system} is strict`, () => {
    it('answers what its contract says', async () => {
      expect(await told({})).toBe('200')
    })

    it.each(Object.entries(door.wrongBodies))('refuses %s', async (_, body) => {
      expect(await told({ body })).toBe(CALLER[door.call().version])
    })

    it('refuses another action, another namespace, an element too many', async () => {
      const { version, body } = door.call()
      const other = body.replace(/(xmlns(?::\w+)?=")[^"]*"/u, '$1urn:other"')
      const more = body.replace(/(<\/[\w:]+>)$/u, '<unexpected/>$1')
      expect(other).not.toBe(body)
      for (const change of [{ body: other }, { body: more }]) {
        expect(await told(change)).toBe(CALLER[version])
      }
      expect(await told({ action: 'urn:other' })).toBe(
        door.anyAction === true ? '200' : CALLER[version],
      )
    })

    it('refuses another envelope, a header it does not know, a DOCTYPE and what is no XML', async () => {
      const { version, body, header = '' } = door.call()
      const unknown = `<x:h xmlns:x="urn:x" xmlns:m="${ENVELOPE[version]}" m:mustUnderstand="1"/>`
      const wrap = (namespace: string) =>
        `<e:Envelope xmlns:e="${namespace}"><e:Body>${body}</e:Body></e:Envelope>`
      const message = wrap(ENVELOPE[OTHER[version]])
      expect(await told({ message })).toBe('VersionMismatch')
      expect(await told({ header: header + unknown })).toBe('MustUnderstand')
      for (const wrong of [`<!DOCTYPE e>${wrap(ENVELOPE[version])}`, '<e:Envelope', '{}']) {
        expect(await told({ message: wrong })).toBe(CALLER[version])
      }
    })

    it('refuses another content type', async () => {
      expect(await told({ headers: { 'content-type': 'application/json' } })).toBe('415')
    })

    it.each(Object.entries(door.strangers))('refuses %s', async (_, [change, expected]) => {
      expect(await told(change)).toBe(expected)
    })

    describeSwitches(door, ask)
  })
}

type Ask = (change?: Partial<SoapCall>) => Promise<SoapAnswer>

function describeSwitches({ system, estate }: Door, ask: Ask): void {
  it('says the same in another charset', async () => {
    const usual = await ask()
    estate().set(system, { encoding: 'utf-16' })
    const other = await ask()
    expect(other.contentType).toContain('utf-16')
    expect(other.content).toEqual(usual.content)
  })

  it('breaks down, drifts, shows a page, closes and is down by its switches', async () => {
    const usual = await ask()
    estate().set(system, { drift: true })
    expect((await ask()).text).not.toBe(usual.text)
    estate().set(system, { drift: false, failRate: 1 })
    expect((await ask()).status).toBeGreaterThanOrEqual(500)
    for (const change of [{ garbage: true }, { window: 'on' }] as const) {
      estate().reset()
      estate().set(system, change)
      expect(await ask()).toMatchObject({ status: 200, contentType: 'text/html; charset=utf-8' })
    }
    estate().set(system, { down: true })
    await expect(ask()).rejects.toThrow()
  })
}

/** node-soap, which knows nothing of us but the contract. */
export async function clientOf(
  system: string,
  contract: string,
  endpoint: string,
): Promise<Client> {
  const file = `subgraphs/${system}/contract/${contract}`
  const text = await readFile(file, 'utf8')
  return createClientAsync(file, { endpoint, forceSoap12Headers: !text.includes('<soap:address') })
}
