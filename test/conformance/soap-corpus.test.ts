import { describe, expect, test } from 'vitest'

import type { Tree } from '../../adapters/adapter.ts'
import { loadSoap } from '../../adapters/soap/load.ts'
import { canonical, CONTEXT, MemoryTransport, sourceOf } from '../adapters/soap/contract.ts'
import { type CorpusCase, pick, readCorpus, withoutAbsent } from '../adapters/soap/corpus.ts'

/** Refused with a finding, and why that is right or not supported yet. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'E07-ndfd-zip-rpc-encoded': /rpc\/encoded, which is not supported yet/,
  'E14-nodesoap-noparams': /rpc\/encoded, which is not supported yet/,
  // Its schemas import files that are not in its folder.
  'E10-nodesoap-login': /outside the system's folder/,
}

/** Samples whose arguments leave out what their own schema demands: they are refused, and others take their place. */
const INCOMPLETE: Readonly<Record<string, { readonly missing: string; readonly instead: Tree }>> = {
  'E09-nodesoap-indienenbericht': {
    missing: 'Request.BerichtInfo',
    instead: { Request: { Bericht: {} } },
  },
  'E11-nodesoap-updateprofile': {
    missing: 'Profile.Phones.NamePhone[0].PhoneData',
    instead: { Profile: {} },
  },
}

/** node-soap makes objects of mixed content; our conventions keep it as XML. */
const OTHER_VALUE = new Set(['E12-nodesoap-getaccountxml'])

/** Where a case names no operation and the contract's only one is refused. */
const ONLY: Readonly<Record<string, string>> = {
  'E10-nodesoap-login': 'login',
  'E14-nodesoap-noparams': 'NoParams',
}

const cases = readCorpus()
const played = cases.filter(({ id }) => !(id in REFUSED))
const whole = played.filter(({ id }) => !(id in INCOMPLETE))
const incomplete = played.filter(({ id }) => id in INCOMPLETE)

describe.skipIf(cases.length === 0)('real exchanges, if the corpus lies beside the project', () => {
  test.each(whole)('$id sends the right request', async (entry) => {
    const { transport } = await play(entry)
    for (const [name, pattern] of Object.entries(entry.requestHeaders)) {
      expect(transport.sent?.headers[name]).toMatch(new RegExp(pattern))
    }
    if (entry.request !== undefined) expect(bodyOf(transport.text)).toBe(bodyOf(entry.request))
  })

  test.each(played)('$id reads the right value', async (entry) => {
    const { value } = await play({ ...entry, args: INCOMPLETE[entry.id]?.instead ?? entry.args })
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

  test.each(cases.filter(({ id }) => id in REFUSED))(
    '$id is refused by a finding',
    async (entry) => {
      await expect(play(entry)).rejects.toThrow(REFUSED[entry.id])
    },
  )
})

async function play(entry: CorpusCase) {
  const transport = new MemoryTransport(entry.response)
  const { wsdl: contract, port } = entry
  const used = entry.operation ?? ONLY[entry.id] ?? ''
  const operations = { [used]: { kind: 'query' as const } }
  const changes = { contract, operations, ...(port === undefined ? {} : { port }) }
  const loaded = await loadSoap(sourceOf(entry.folder, transport, changes))
  const [only = ''] = loaded.contract.operations.keys()
  const { value } = await loaded.adapter.call(entry.operation ?? only, entry.args, CONTEXT)
  return { transport, value }
}

/** Header and body, because attributes of the envelope itself mean nothing. */
function bodyOf(xml: string): string {
  return canonical(xml).replace(/^<[^>]*>/, '')
}
