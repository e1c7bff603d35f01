import { expect, test } from 'vitest'

import { parseEnvelope } from '../../../adapters/soap/envelope.ts'
import { type Fault, toFaultError } from '../../../adapters/soap/fault.ts'
import { SystemError } from '../../../schema/errors.ts'
import { enveloped, ENVELOPE_12, NOTHING } from './contract.ts'

const PERSON = '۰۰۱۲۳۴۵۶۷۸ علی رضایی'
const PLACE = { system: 's', operation: 'o', status: 500, declared: new Set(['{urn:d}noRecord']) }

function faultOf(text: string): Fault {
  const content = parseEnvelope(text, NOTHING)
  if (content.kind !== 'fault') throw new TypeError('not a fault')
  return content.fault
}

test('reads a SOAP 1.1 fault', () => {
  const body = `<e:Fault><faultcode>e:Server.Busy</faultcode><faultstring xml:lang="fa"> ${PERSON} </faultstring><faultactor>urn:a</faultactor><detail><d:noRecord xmlns:d="urn:d"><d:id>1</d:id></d:noRecord><x/></detail></e:Fault>`
  expect(faultOf(enveloped(body))).toEqual({
    code: 'Server.Busy',
    subcode: undefined,
    detail: ['{urn:d}noRecord', '{}x'],
  })
})

test('reads a SOAP 1.2 fault', () => {
  const body = `<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>q:NoRecord</e:Value></e:Subcode></e:Code><e:Reason><e:Text xml:lang="fa">${PERSON}</e:Text></e:Reason><e:Role>urn:r</e:Role><e:Detail><d:noRecord xmlns:d="urn:d"/></e:Detail></e:Fault>`
  expect(faultOf(enveloped(body, ENVELOPE_12))).toEqual({
    code: 'Sender',
    subcode: 'NoRecord',
    detail: ['{urn:d}noRecord'],
  })
})

test.each([
  ['Client', 'SYSTEM_REFUSED', false],
  ['Client.Authentication', 'SYSTEM_REFUSED', false],
  ['Sender', 'SYSTEM_REFUSED', false],
  ['MustUnderstand', 'SYSTEM_REFUSED', false],
  ['VersionMismatch', 'SYSTEM_REFUSED', false],
  ['DataEncodingUnknown', 'SYSTEM_REFUSED', false],
  ['Server', 'SYSTEM_UNAVAILABLE', true],
  ['Server.generalException', 'SYSTEM_UNAVAILABLE', true],
  ['Receiver', 'SYSTEM_UNAVAILABLE', true],
  ['FailedAuthentication', 'SYSTEM_REFUSED', false],
  ['constructor', 'SYSTEM_REFUSED', false],
])('takes %s for %s', (code, expected, retryable) => {
  const error = toFaultError(fault({ code }), PLACE)
  expect(error).toBeInstanceOf(SystemError)
  expect(error).toMatchObject({
    code: expected,
    retryable,
    faultCode: code,
    system: 's',
    operation: 'o',
  })
})

test.each(['0012345678', 'علی', 'no such person Ali', 'E0012345678', '', 'a'.repeat(60)])(
  'does not show the code %j',
  (code) => {
    const error = toFaultError(fault({ code }), PLACE)
    expect(error.faultCode).toBeUndefined()
    expect(error.detail['code']).toBeUndefined()
  },
)

test('names the declared detail and shows nothing of reason, role or undeclared detail', () => {
  const body = `<e:Fault><faultcode>e:Server</faultcode><faultstring>${PERSON}</faultstring><faultactor>${PERSON}</faultactor><detail><رضایی>${PERSON}</رضایی><d:noRecord xmlns:d="urn:d">${PERSON}</d:noRecord></detail></e:Fault>`
  const error = toFaultError(faultOf(enveloped(body)), PLACE)
  expect(error.detail).toMatchObject({ reason: 'fault', status: 500, declared: 'noRecord' })
  expect(JSON.stringify(error) + error.message).not.toContain('رضایی')
})

function fault(changes: Partial<Fault>): Fault {
  return { code: 'Server', subcode: undefined, detail: [], ...changes }
}
