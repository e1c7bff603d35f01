import { describe, expect, test } from 'vitest'

import { type SoapContract, readContract } from '../../../../adapters/soap/contract/contract.ts'
import { toFaultDetails, toMessage } from '../../../../adapters/soap/contract/messages.ts'
import { folderOf, NS } from '../contract.ts'

interface Wsdl {
  readonly operations: string
  readonly bound: string
  readonly messages?: string
  readonly more?: string
  readonly service?: string
  readonly binding?: string
}

const SERVICE =
  '<w:service name="S"><w:port name="P" binding="t:B"><soap:address location=" http://example.org/s "/></w:port></w:service>'
const PARTS = `<w:message name="in"><w:part name="a" element="t:a"/></w:message>
  <w:message name="out"><w:part name="b" element="t:b"/></w:message>
  <w:message name="both"><w:part name="a" element="t:a"/><w:part name="b" element="t:b"/></w:message>
  <w:message name="typed"><w:part name="x" type="xs:int"/><w:part name="y" type="xs:string"/></w:message>`

function wsdl({
  operations,
  bound,
  messages = '',
  more = '',
  service = SERVICE,
  binding = '<soap:binding style="document" transport="x"/>',
}: Wsdl) {
  return `<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:mime="http://schemas.xmlsoap.org/wsdl/mime/" xmlns:http="http://schemas.xmlsoap.org/wsdl/http/"
  xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:wsaw="http://www.w3.org/2006/05/addressing/wsdl" xmlns:wsp="http://www.w3.org/ns/ws-policy"
  xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" xmlns:t="${NS}" targetNamespace="${NS}">
  ${more}<w:types><xs:schema targetNamespace="${NS}"><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:string"/><xs:element name="c" type="xs:string"/></xs:schema></w:types>
  ${PARTS}${messages}<w:portType name="T">${operations}</w:portType><w:binding name="B" type="t:T">${binding}${bound}</w:binding>${service}</w:definitions>`
}

const OPERATION = (name = 'ask', input = 'in', output = 'out') =>
  `<w:operation name="${name}"><w:input message="t:${input}"/><w:output message="t:${output}"/></w:operation>`
const BOUND = (name = 'ask', input = '<soap:body use="literal"/>', output = input) =>
  `<w:operation name="${name}"><soap:operation soapAction="urn:${name}"/><w:input>${input}</w:input><w:output>${output}</w:output></w:operation>`

async function read(text: Wsdl | string, lenient = false): Promise<SoapContract> {
  const folder = await folderOf({ 'a.wsdl': typeof text === 'string' ? text : wsdl(text) })
  return readContract(folder, 'a.wsdl', { lenient })
}

async function only(text: Wsdl) {
  const contract = await read(text)
  const operation = contract.ports[0]?.operations[0]
  if (operation === undefined) throw new TypeError('the test has no operation')
  return { contract, operation }
}

describe('a port', () => {
  test('has its service, binding, version and address', async () => {
    const { ports } = await read({ operations: OPERATION(), bound: BOUND() })
    expect(ports).toMatchObject([
      { service: 'S', name: 'P', binding: 'B', version: '1.1', address: 'http://example.org/s' },
    ])
  })

  test('of HTTP is no SOAP port', async () => {
    const service = SERVICE.replace(
      '</w:service>',
      '<w:port name="H" binding="t:H"><http:address location="x"/></w:port></w:service>',
    )
    const more = '<w:binding name="H" type="t:T"><http:binding verb="GET"/></w:binding>'
    const { ports } = await read({ operations: OPERATION(), bound: BOUND(), service, more })
    expect(ports.map(({ name }) => name)).toEqual(['P'])
  })

  test('stands for a binding that no service offers', async () => {
    const { ports } = await read({ operations: OPERATION(), bound: BOUND(), service: '' })
    expect(ports).toMatchObject([{ service: '', name: 'B', address: '' }])
  })

  test('of SOAP 1.2 has the style and action of its own namespace', async () => {
    const bound = BOUND()
      .replaceAll('soap:', 'soap12:')
      .replace('soapAction=', 'soapActionRequired="false" style="rpc" soapAction=')
    const { operation } = await only({
      operations: OPERATION(),
      bound,
      binding: '<soap12:binding transport="x"/>',
    })
    expect(operation).toMatchObject({
      version: '1.2',
      style: 'rpc',
      action: 'urn:ask',
      actionRequired: false,
    })
  })

  test('without a SOAP binding is refused', async () => {
    await expect(
      read({ operations: OPERATION(), bound: BOUND(), binding: '<http:binding/>' }),
    ).rejects.toThrow('no port with a SOAP binding')
  })
})

const named = (input: string) =>
  OPERATION('add', 'in').replace('<w:input ', `<w:input name="${input}" `)
const boundTo = (input: string) => BOUND('add').replace('<w:input>', `<w:input name="${input}">`)
const faulty = (message: string) =>
  OPERATION().replace('</w:operation>', `<w:fault name="no" message="t:${message}"/></w:operation>`)

describe('an operation', () => {
  test('that has the name of another is told by its messages', async () => {
    const { ports } = await read({
      operations: named('ints') + named('texts'),
      bound: boundTo('texts') + boundTo('ints'),
    })
    expect(ports[0]?.operations.map(({ name, wireName }) => [name, wireName])).toEqual([
      ['add(texts)', 'add'],
      ['add(ints)', 'add'],
    ])
  })

  test('that cannot be told from another is broken, and others are not', async () => {
    const { ports } = await read({
      operations: OPERATION('add') + OPERATION('add') + OPERATION(),
      bound: BOUND('add') + BOUND(),
    })
    expect(ports[0]?.operations.map(({ name }) => name)).toEqual(['ask'])
    expect(ports[0]?.broken).toMatchObject([
      { name: 'add', finding: { message: expect.stringContaining('overloaded') } },
    ])
  })

  test.each([
    ['that the port type does not have', BOUND('gone'), 'has no operation "gone"'],
    ['whose message is not there', BOUND('lost'), 'there is no message "t:nowhere"'],
    ['that only the server starts', BOUND('notify'), 'has no input'],
    [
      'whose header is not there',
      BOUND('ask', '<soap:header message="t:in" part="z" use="literal"/>'),
      'has no part "z"',
    ],
  ])('%s is broken, with style and action', async (_, bound, message) => {
    const operations = `${OPERATION()}${OPERATION('lost', 'nowhere')}<w:operation name="notify"><w:output message="t:out"/></w:operation>`
    const { ports } = await read({ operations, bound })
    expect(ports[0]?.operations).toEqual([])
    expect(ports[0]?.broken).toMatchObject([
      {
        style: 'document',
        action: expect.stringContaining('urn:'),
        finding: { message: expect.stringContaining(message) },
      },
    ])
  })

  test('without an output is one-way', async () => {
    const { operation } = await only({
      operations: OPERATION().replace(/<w:output[^>]*>/, ''),
      bound: BOUND(),
    })
    expect(operation.output).toBeUndefined()
  })

  test('that a binding says twice is one', async () => {
    const { ports } = await read({ operations: OPERATION(), bound: BOUND() + BOUND() })
    expect(ports[0]?.operations).toHaveLength(1)
  })

  test.each([
    ['by default', '', `${NS}:T:askRequest`, `${NS}:T:askResponse`],
    ['by the contract', ' wsaw:Action="urn:own"', 'urn:own', `${NS}:T:askResponse`],
    ['by the name of its input', ' name="asking"', `${NS}:T:asking`, `${NS}:T:askResponse`],
  ])('has its addressing action %s', async (...[, attribute, input, output]) => {
    const operations = OPERATION().replace('<w:input', `<w:input${attribute}`)
    const bound = BOUND().replace('soapAction="urn:ask"', 'soapAction=""')
    const { operation } = await only({ operations, bound })
    expect(operation.addressing).toEqual({ input, output })
  })

  test('has its SOAPAction for the addressing action of a request that names none', async () => {
    const { operation } = await only({ operations: OPERATION(), bound: BOUND() })
    expect(operation.addressing).toEqual({ input: 'urn:ask', output: `${NS}:T:askResponse` })
  })
})

describe('a message', () => {
  const LITERAL = '<soap:body use="literal"/>'

  test.each<[string, string, string, readonly string[]]>([
    ['has the only part', 'in', LITERAL, ['a']],
    ['has several parts', 'both', LITERAL, ['a', 'b']],
    ['has the parts that the body names', 'both', '<soap:body use="literal" parts="b"/>', ['b']],
    ['has no parts if the body names none', 'both', '<soap:body use="literal" parts=""/>', []],
    [
      'has none that are headers',
      'both',
      `${LITERAL}<soap:header message="t:both" part="a" use="literal"/>`,
      ['b'],
    ],
    [
      'has none that travel beside it',
      'both',
      `<mime:multipartRelated><mime:part>${LITERAL}</mime:part><mime:part><mime:content part="b" type="image/png"/></mime:part></mime:multipartRelated>`,
      ['a'],
    ],
    ['has an element of its own where a part names a type', 'typed', LITERAL, ['x', 'y']],
  ])('%s', async (...[, message, body, elements]) => {
    const { contract, operation } = await only({
      operations: OPERATION('ask', message),
      bound: BOUND('ask', body, LITERAL),
    })
    const input = toMessage(contract.schema, operation, 'input')
    expect(input?.bodies.map(({ local }) => local)).toEqual(elements)
    expect(input?.body?.local).toBe(elements.length === 1 ? elements[0] : undefined)
  })

  test.each<[string, string, object]>([
    [
      'literal',
      `<soap:body use="literal" namespace="urn:w"/>`,
      { use: 'literal', encodingStyle: '' },
    ],
    [
      'encoded',
      `<soap:body use="encoded" namespace="urn:w" encodingStyle="urn:style"/>`,
      { use: 'encoded', encodingStyle: 'urn:style' },
    ],
    [
      'encoded without saying how',
      `<soap:body use="encoded" namespace="urn:w"/>`,
      { use: 'encoded', encodingStyle: 'http://schemas.xmlsoap.org/soap/encoding/' },
    ],
  ])('of rpc, %s, is wrapped in the name of the operation', async (...[, body, use]) => {
    const { contract, operation } = await only({
      operations: OPERATION('ask', 'typed', 'typed'),
      bound: BOUND('ask', body),
      binding: '<soap:binding style="rpc"/>',
    })
    expect(toMessage(contract.schema, operation, 'input')).toMatchObject({
      ...use,
      body: { local: 'ask', namespace: 'urn:w' },
    })
    const output = toMessage(contract.schema, operation, 'output')
    expect(output?.body).toMatchObject({ local: 'askResponse' })
    const type = output?.body?.type()
    expect(type).toMatchObject({
      content: {
        particle: {
          particles: [
            { element: { local: 'x', namespace: '', nillable: body.includes('encoded') } },
            { element: { local: 'y' } },
          ],
        },
      },
    })
  })

  test('of rpc without a namespace is in the contract’s', async () => {
    const { operation } = await only({
      operations: OPERATION('ask', 'typed'),
      bound: BOUND('ask', LITERAL),
      binding: '<soap:binding style="rpc"/>',
    })
    expect(operation.input.namespace).toBe(NS)
  })

  test('has header blocks with their own encoding and faults', async () => {
    const header =
      '<soap:header message="t:out" part="b" use="encoded" namespace="urn:h"><soap:headerfault message="t:in" part="a" use="literal"/></soap:header>'
    const { contract, operation } = await only({
      operations: OPERATION(),
      bound: BOUND('ask', LITERAL + header, LITERAL),
    })
    expect(toMessage(contract.schema, operation, 'input')?.headers).toMatchObject([
      { local: 'b', use: 'encoded', faults: [{ local: 'a' }] },
    ])
  })

  test('has attachments with their media types', async () => {
    const body = `<mime:multipartRelated><mime:part>${LITERAL}</mime:part><mime:part><mime:content part="b" type="image/png"/><mime:content part="b" type="image/gif"/></mime:part></mime:multipartRelated>`
    const { contract, operation } = await only({
      operations: OPERATION('ask', 'both'),
      bound: BOUND('ask', body, LITERAL),
    })
    expect(toMessage(contract.schema, operation, 'input')?.attachments).toMatchObject([
      { name: 'b', contentTypes: ['image/png', 'image/gif'], type: { local: 'string' } },
    ])
  })
})

describe('a declared fault', () => {
  test('is an element in the detail', async () => {
    const { contract, operation } = await only({ operations: faulty('out'), bound: BOUND() })
    expect(toFaultDetails(contract.schema, operation)).toMatchObject([
      { fault: 'no', local: 'b', namespace: NS },
    ])
  })

  test('whose message is not there breaks nothing, and is told', async () => {
    const { contract, operation } = await only({ operations: faulty('nowhere'), bound: BOUND() })
    expect(operation.faults).toEqual([])
    expect(contract.unmet).toMatchObject([{ message: 'there is no message "t:nowhere"' }])
  })
})

describe('policy', () => {
  const POLICY =
    '<wsp:Policy wsu:Id="p"><wsp:ExactlyOne><wsp:All><sp:TransportBinding xmlns:sp="urn:sp"><wsp:Policy><sp:IncludeTimestamp/></wsp:Policy></sp:TransportBinding><sp:UsernameToken xmlns:sp="urn:sp"/></wsp:All></wsp:ExactlyOne></wsp:Policy>'
  const ASKED = {
    usernameToken: true,
    x509: false,
    timestamp: true,
    addressing: false,
    mtom: false,
    https: true,
  }

  test('by reference of the binding is the port’s and its operations’', async () => {
    const { contract, operation } = await only({
      operations: OPERATION(),
      bound: BOUND(),
      more: POLICY,
      binding: '<wsp:PolicyReference URI="#p"/><soap:binding/>',
    })
    expect([contract.ports[0]?.policy, operation.policy]).toEqual([ASKED, ASKED])
  })

  test('of one operation is not its neighbour’s', async () => {
    const { ports } = await read({
      operations: OPERATION() + OPERATION('tell'),
      bound:
        BOUND() + BOUND('tell').replace('<w:input>', '<wsp:PolicyReference URI="#p"/><w:input>'),
      more: POLICY,
    })
    expect(ports[0]?.operations.map(({ policy }) => policy.usernameToken)).toEqual([false, true])
  })

  test('that refers to itself comes to an end', async () => {
    const circle =
      '<wsp:Policy wsu:Id="p"><wsp:PolicyReference URI="#p"/><wsaw:UsingAddressing/></wsp:Policy>'
    const { operation } = await only({
      operations: OPERATION(),
      bound: BOUND(),
      more: circle,
      binding: '<wsp:PolicyReference URI="#p"/><soap:binding/>',
    })
    expect(operation.policy.addressing).toBe(true)
  })
})

describe('a lenient reader', () => {
  test('takes the only component of a name that is in the wrong namespace', async () => {
    const text = wsdl({ operations: OPERATION(), bound: BOUND() })
      .replace('binding="t:B"', 'binding="q:B"')
      .replace('message="t:in"', 'message="xs:in"')
    await expect(read(text)).rejects.toThrow('prefix of "q:B" is not declared')
    const { ports, unmet } = await read(text, true)
    expect(ports[0]?.operations).toMatchObject([{ name: 'ask', input: { message: 'in' } }])
    expect(unmet.map(({ message }) => message).join()).toContain('xs:in')
  })

  test('takes bindings where the port’s own is not there', async () => {
    const text = wsdl({ operations: OPERATION(), bound: BOUND() }).replace(
      'binding="t:B"',
      'binding="t:Gone"',
    )
    await expect(read(text)).rejects.toThrow('there is no binding "t:Gone"')
    expect((await read(text, true)).ports).toMatchObject([{ name: 'B' }])
  })
})

test('a name may hold colons behind its prefix', async () => {
  const text = wsdl({ operations: OPERATION(), bound: BOUND() })
    .replace('name="T"', 'name="urn:T"')
    .replace('type="t:T"', 'type="t:urn:T"')
  expect((await read(text)).ports[0]?.operations).toHaveLength(1)
})
