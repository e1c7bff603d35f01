import { expect, test } from 'vitest'

import { parseEnvelope, toEnvelope, toHttpHeaders } from '../../../adapters/soap/envelope.ts'
import { Unreadable } from '../../../adapters/soap/unreadable.ts'
import { canonical, ENVELOPE_11, ENVELOPE_12, enveloped, NOTHING } from './contract.ts'

test.each([
  ['1.1', ENVELOPE_11],
  ['1.2', ENVELOPE_12],
] as const)('writes a SOAP %s envelope', (version, namespace) => {
  const write = toEnvelope(version)
  expect(canonical(write(' xmlns:n1="urn:a"', '', '<n1:b/>'))).toBe(
    `<{${namespace}}Envelope><{${namespace}}Body><{urn:a}b></{urn:a}b></{${namespace}}Body></{${namespace}}Envelope>`,
  )
  expect(canonical(write('', '<h/>', ''))).toBe(
    `<{${namespace}}Envelope><{${namespace}}Header><{}h></{}h></{${namespace}}Header><{${namespace}}Body></{${namespace}}Body></{${namespace}}Envelope>`,
  )
})

test.each([
  ['1.1', 'urn:a', { 'content-type': 'text/xml; charset=utf-8', soapaction: '"urn:a"' }],
  ['1.1', '', { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' }],
  ['1.2', 'urn:a', { 'content-type': 'application/soap+xml; charset=utf-8; action="urn:a"' }],
  ['1.2', '', { 'content-type': 'application/soap+xml; charset=utf-8' }],
] as const)('names a SOAP %s action %j in the headers', (version, action, expected) => {
  expect(toHttpHeaders(version, action)).toEqual(expected)
})

test('reads an answer in the other version and skips its headers', () => {
  const text = `<e:Envelope xmlns:e="${ENVELOPE_12}"><e:Header><e:Fault/><x><y/></x></e:Header><e:Body> </e:Body></e:Envelope>`
  expect(parseEnvelope(text, NOTHING)).toEqual({ kind: 'reply', value: undefined, headers: {} })
})

test.each([
  ['another vocabulary', '<Envelope><Body/></Envelope>', 'wrong-namespace'],
  ['another root', '<answer/>', 'wrong-root'],
  ['a page in XHTML', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', 'html'],
  ['a body that was not due', enveloped('<x/>'), 'wrong-root'],
])('refuses %s', (_, text, reason) => {
  const refused = catching(() => parseEnvelope(text, NOTHING))
  expect(refused).toBeInstanceOf(Unreadable)
  expect(refused).toMatchObject({ reason })
})

function catching(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
