import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type SignOn, startSignOn } from '../../deploy/embedded/sign-on/sign-on.ts'

const script = fileURLToPath(new URL('../../deploy/token.ts', import.meta.url))
const realmFile = new URL('../../deploy/keycloak/gov-realm.json', import.meta.url)
let signOn: SignOn

beforeAll(async () => {
  signOn = await startSignOn({ realmFile, port: 0 })
})
afterAll(() => signOn.close())

async function run(...given: string[]) {
  const call = promisify(execFile)(process.execPath, [script, ...given])
  const done = await call.catch((error: unknown) => error)
  const text = (name: string) => String(Reflect.get(Object(done), name))
  return { code: Reflect.get(Object(done), 'code') ?? 0, out: text('stdout'), err: text('stderr') }
}

describe('npm run token', () => {
  it('prints the token of a person, and nothing else', async () => {
    const { code, out, err } = await run('kaveh', '--issuer', signOn.issuer)
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    expect(decodeJwt(out)).toMatchObject({ azp: 'cli', acr: 'low', national_id: '0004120371' })
  })

  it('prints the token of a person who showed the second factor, three times within a code’s time', async () => {
    for (let time = 0; time < 3; time += 1) {
      const { err, out } = await run('sara', '--acr', 'substantial', '--issuer', signOn.issuer)
      expect(err).toBe('')
      expect(decodeJwt(out)).toMatchObject({ acr: 'substantial', national_id: '9924022343' })
    }
  })

  it('says that a person without a second factor cannot have that', async () => {
    const { err } = await run('nima-young', '--acr', 'substantial', '--issuer', signOn.issuer)
    expect(err).toBe('sign-on: refused with unmet_authentication_requirements\n')
  })

  it('prints the token of a service account', async () => {
    const { out } = await run('--client', 'agency-rmto', '--issuer', signOn.issuer)
    expect(decodeJwt(out)).toMatchObject({ azp: 'agency-rmto', iss: signOn.issuer })
  })

  it.each([
    ['an unknown person', ['kave'], 'no person "kave"; near: kaveh\n'],
    [
      'an unknown client',
      ['--client', 'nobody'],
      'no client "nobody"; there are: agency-rmto, agency-mrud\n',
    ],
    ['nobody', [], 'usage: '],
    ['two people', ['kaveh', 'sara'], 'usage: '],
    ['an unknown option', ['--person', 'kaveh'], 'usage: '],
  ])('says in one line what is wrong with %s', async (_title, given, line) => {
    const { code, out, err } = await run(...given, '--issuer', signOn.issuer)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^[^\n]+\n$/)
    expect(err.startsWith(line)).toBe(true)
  })

  it('says where no sign-on answers', async () => {
    const { code, err } = await run('kaveh', '--issuer', 'http://127.0.0.1:9/realms/gov')
    expect([code, err]).toEqual([
      1,
      'no sign-on answers at http://127.0.0.1:9/realms/gov; start it first\n',
    ])
  })
})
