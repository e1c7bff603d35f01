import { describe, expect, test } from 'vitest'

import type { Tree } from '../../adapters/adapter.ts'
import { loadSoap } from '../../adapters/soap/load.ts'
import { canonical, CONTEXT, MemoryTransport, sourceOf } from '../adapters/soap/contract.ts'
import { type CorpusCase, pick, readCorpus, withoutAbsent } from '../adapters/soap/corpus.ts'

/** Their schemas import files that are not there: refused, unless they are read as the command line reads them. */
const UNMET: ReadonlySet<string> = new Set(['E10-nodesoap-login'])

/** Only their request is known; the contract's answer is not. */
const SILENT: ReadonlySet<string> = new Set(['E14-nodesoap-noparams'])

/** Samples whose arguments leave out what their own schema demands: they are refused, and others take their place. */
const INCOMPLETE: Readonly<Record<string, { readonly missing: string; readonly instead: Tree }>> = {
  'E09-nodesoap-indienenbericht': {
    missing: 'Request.Bericht',
    instead: { Request: { Bericht: {} } },
  },
  'E11-nodesoap-updateprofile': {
    missing: 'Profile.Phones.NamePhone[0].PhoneData',
    instead: { Profile: {} },
  },
}

/** node-soap makes objects of mixed content, which our conventions keep as XML, and reads all attributes as text. */
const OTHER_VALUE = new Set(['E10-nodesoap-login', 'E12-nodesoap-getaccountxml'])

const cases = readCorpus()
const whole = cases.filter(({ id }) => !(id in INCOMPLETE))
const incomplete = cases.filter(({ id }) => id in INCOMPLETE)
const answered = cases.filter(({ id }) => !SILENT.has(id))

describe.skipIf(cases.length === 0)('real exchanges, if the corpus lies beside the project', () => {
  test.each(whole)('$id sends the right request', async (entry) => {
    const transport = new MemoryTransport(entry.response)
    await play(entry, transport).catch((error: unknown) => {
      if (!SILENT.has(entry.id)) throw error
    })
    for (const [name, pattern] of Object.entries(entry.requestHeaders)) {
      expect(transport.sent?.headers[name]).toMatch(new RegExp(pattern))
    }
    if (entry.request !== undefined) expect(bodyOf(transport.text)).toBe(bodyOf(entry.request))
  })

  test.each(answered)('$id reads the right value', async (entry) => {
    const value = await play({ ...entry, args: INCOMPLETE[entry.id]?.instead ?? entry.args })
    if (entry.value !== undefined && !OTHER_VALUE.has(entry.id)) {
      expect(withoutAbsent(value)).toEqual(withoutAbsent(entry.value))
    }
    for (const [path, expected] of Object.entries(entry.pick)) {
      expect(pick(value, path)).toEqual(expected)
    }
    for (const text of entry.contains) expect(JSON.stringify(value)).toContain(text)
  })

  test.each(incomplete)('$id is told what its arguments lack', async (entry) => {
    const fields = [INCOMPLETE[entry.id]?.missing]
    await expect(play(entry)).rejects.toMatchObject({ code: 'INPUT_REJECTED', fields })
  })

  test.each(cases.filter(({ id }) => UNMET.has(id)))(
    '$id is refused where its contract must be whole',
    async (entry) => {
      const source = sourceOf(entry.folder, new MemoryTransport(), {
        contract: entry.wsdl,
        operations: { login: { kind: 'query' } },
      })
      await expect(loadSoap(source)).rejects.toThrow("outside the system's folder")
    },
  )
})

/** The operation of a case, or its contract's only one. */
async function play(entry: CorpusCase, transport = new MemoryTransport(entry.response)) {
  const { wsdl: contract, port } = entry
  const changes = { contract, operations: {}, ...(port === undefined ? {} : { port }) }
  const lenient = UNMET.has(entry.id)
  const loaded = await loadSoap(sourceOf(entry.folder, transport, changes), { lenient })
  const [only = ''] = loaded.contract.operations.keys()
  const { value } = await loaded.adapter.call(entry.operation ?? only, entry.args, CONTEXT)
  return value
}

/** Header and body, because attributes of the envelope itself mean nothing. */
function bodyOf(xml: string): string {
  return canonical(xml).replace(/^<[^>]*>/, '')
}
