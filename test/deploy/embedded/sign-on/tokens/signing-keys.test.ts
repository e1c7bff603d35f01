import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ALGORITHMS } from '../../../../../deploy/embedded/sign-on/tokens/keys.ts'
import { SigningKeys } from '../../../../../deploy/embedded/sign-on/tokens/signing-keys.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing-keys-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const FILE = 'sign-on-keys.json'
const NEXT = { name: 'next', priority: 110, enabled: true, active: true }

const kept = async (): Promise<unknown> => JSON.parse(await readFile(join(folder, FILE), 'utf8'))

function idOf(keys: SigningKeys, kid: string): string {
  return keys.list().find((key) => key.kid === kid)?.id ?? ''
}

/** As the administration rotates: a new one first, then the one before signs no more. */
async function rotate(keys: SigningKeys, algorithm: (typeof ALGORITHMS)[number]) {
  const before = keys.signing(algorithm).kid
  await keys.add(algorithm, NEXT)
  await keys.change(idOf(keys, before), { active: false })
  return before
}

describe('a rotation', () => {
  test.each(ALGORITHMS)(
    'makes a key of %s that signs, and still publishes the one before',
    async (algorithm) => {
      const keys = await SigningKeys.open(folder)
      const before = await rotate(keys, algorithm)
      const { kid } = keys.signing(algorithm)
      expect(kid).not.toBe(before)
      const published = keys.published().filter(({ alg }) => alg === algorithm)
      // The first that fits is what oidc-provider signs with.
      expect(published.map((key) => key.kid)).toEqual([kid, before])
      for (const other of ALGORITHMS.filter((one) => one !== algorithm)) {
        expect(keys.published().filter(({ alg }) => alg === other)).toHaveLength(1)
      }
    },
  )

  test('is the same after a restart, in a file for its owner only', async () => {
    const first = await SigningKeys.open(folder)
    const before = await rotate(first, 'ES256')
    const second = await SigningKeys.open(folder)
    expect(second.list()).toEqual(first.list())
    expect(second.usable()).toEqual(first.usable())
    expect(second.cookies).toEqual(first.cookies)
    await second.change(idOf(second, before), { enabled: false })
    const third = await SigningKeys.open(folder)
    expect(third.published().map(({ kid }) => kid)).not.toContain(before)
    expect(await readdir(folder)).toEqual([FILE])
    expect((await stat(join(folder, FILE))).mode & 0o777).toBe(0o600)
  })

  test('of which many come at once is none lost, here and on the disk', async () => {
    const keys = await SigningKeys.open(folder)
    const made = await Promise.all([1, 2, 3, 4].map(() => keys.add('ES256', NEXT)))
    expect(keys.list().map(({ id }) => id)).toEqual(expect.arrayContaining(made))
    expect((await SigningKeys.open(folder)).list()).toEqual(keys.list())
  })

  test('that cannot be kept does not happen', async () => {
    const keys = await SigningKeys.open(folder)
    const before = keys.list()
    const heard: string[] = []
    keys.onChange(() => heard.push('changed'))
    // A folder in its place: the new file cannot be renamed to it.
    await rm(join(folder, FILE))
    await mkdir(join(folder, FILE, 'full'), { recursive: true })
    await expect(keys.add('ES256', NEXT)).rejects.toMatchObject({ code: 'DATA_UNUSABLE' })
    expect(keys.list()).toEqual(before)
    expect(heard).toEqual([])
    await rm(join(folder, FILE), { recursive: true })
    await keys.add('ES256', NEXT)
    expect(heard).toEqual(['changed'])
  })
})

describe('never', () => {
  test.each([{ active: false }, { enabled: false }])(
    'is the last key of an algorithm put to %j',
    async (patch) => {
      const keys = await SigningKeys.open()
      const { kid } = keys.signing('PS256')
      await expect(keys.change(idOf(keys, kid), patch)).rejects.toMatchObject({ code: 'INVALID' })
      expect(keys.signing('PS256').kid).toBe(kid)
    },
  )

  test('is a key changed that is not there', async () => {
    const keys = await SigningKeys.open()
    await expect(keys.change('none', { active: false })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('does what is shown hold a private part', async () => {
    const keys = await SigningKeys.open()
    for (const shown of [keys.list(), keys.published()]) {
      for (const one of shown) {
        const names = Object.keys(one)
        expect(
          names.filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'key'].includes(name)),
        ).toEqual([])
      }
    }
  })
})

describe('a file of an earlier version', () => {
  test('with one key of each algorithm is read, and rotated from then on', async () => {
    const made = await SigningKeys.open(folder)
    const cookies = [...made.cookies]
    await writeFile(join(folder, FILE), JSON.stringify({ cookies, signing: made.usable() }))
    const read = await SigningKeys.open(folder)
    expect(read.usable()).toEqual(made.usable())
    expect(read.cookies).toEqual(cookies)
    // Its keys have the ids that they were given at the first reading.
    expect((await SigningKeys.open(folder)).list()).toEqual(read.list())
    await rotate(read, 'RS256')
  })

  test('with a single key is read, and the others are made', async () => {
    const [jwk] = (await SigningKeys.open()).usable()
    const cookies = ['c'.repeat(43)]
    await writeFile(join(folder, FILE), JSON.stringify({ cookies, jwk }))
    const read = await SigningKeys.open(folder)
    expect(read.signing('RS256')).toEqual(jwk)
    expect(read.published()).toHaveLength(ALGORITHMS.length)
    expect(await kept()).toMatchObject({ cookies })
  })
})
