import { WSSecurity } from 'soap'
import { expect, test } from 'vitest'

import { WSSE, WSU } from '../../../../adapters/soap/security/names.ts'
import {
  freshly,
  passwordDigest,
  toUsernameToken,
} from '../../../../adapters/soap/security/username-token.ts'
import { parseXml } from '../../../../adapters/xml/parse.ts'
import { canonical } from '../contract.ts'

const NONCE = Buffer.from('0123456789abcdef')
const CREATED = '2026-01-02T03:04:05.678Z'

test('digests nonce, time and password as the profile says', () => {
  // SHA-1 over the raw nonce, not over its base64 text: computed with openssl dgst -sha1.
  expect(passwordDigest(NONCE, CREATED, 'pass')).toBe('3aUfrRAkXnZQIPQk93U89PPCAEE=')
})

test('writes a digest token that does not hold the password', () => {
  const token = { user: 'u<&', password: 'se<ret', type: 'digest' } as const
  const header = headed(toUsernameToken(token, { nonce: NONCE, created: CREATED }, 'u-1'))
  expect(header).not.toContain('ret')
  expect(header).toContain(passwordDigest(NONCE, CREATED, 'se<ret'))
  expect(canonical(header)).toContain('Username>"u<&"<')
})

test('is fresh for every call', () => {
  expect(Buffer.from(freshly().nonce)).not.toEqual(Buffer.from(freshly().nonce))
  expect(freshly().nonce).toHaveLength(16)
  expect(freshly().created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test.each(['text', 'digest'] as const)('names and types a %s token as node-soap does', (type) => {
  const passwordType = type === 'text' ? 'PasswordText' : 'PasswordDigest'
  const reference = new WSSecurity('u', 'p', { passwordType, hasNonce: true, hasTimeStamp: false })
  const ours = headed(toUsernameToken({ user: 'u', password: 'p', type }, freshly(), 'u-1'))
  expect(outline(ours)).toEqual(outline(`<x xmlns:soap="urn:x">${reference.toXML()}</x>`))
})

/** In the header that declares its prefixes. */
function headed(token: string): string {
  return `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}">${token}</wsse:Security>`
}

/** Names and the attributes that say what a value is; what differs from call to call is left out. */
function outline(xml: string): string[] {
  const seen: string[] = []
  parseXml(xml, {
    open({ namespace, local, attributes }) {
      if (!namespace.startsWith('http://docs.oasis-open.org/')) return
      const kinds = attributes.filter(
        (each) => each.local === 'Type' || each.local === 'EncodingType',
      )
      seen.push([`{${namespace}}${local}`, ...kinds.map((each) => each.value)].join(' '))
    },
    text() {},
    close() {},
  })
  return seen
}
