import { describe, expect, test } from 'vitest'

import { collectContract } from '../../../subgraphs/onboard/collect-contract.ts'

const WSDL = 'http://schemas.xmlsoap.org/wsdl/'
const XSD = 'http://www.w3.org/2001/XMLSchema'

function reading(files: Readonly<Record<string, string>>) {
  const asked: string[] = []
  const read = (location: URL) => {
    asked.push(location.href)
    const text = files[location.href]
    return Promise.resolve(text === undefined ? undefined : Buffer.from(text))
  }
  return { asked, read }
}

function textOf(content: string | Uint8Array | undefined): string {
  return Buffer.from(content ?? '').toString('utf8')
}

describe('a WSDL', () => {
  test('keeps the tree of its files, and their bytes', async () => {
    const main = `<definitions xmlns="${WSDL}"><types><x:schema xmlns:x="${XSD}"><x:import schemaLocation="xsd/a.xsd"/></x:schema></types></definitions>`
    const { read } = reading({
      'file:///c/s.wsdl': main,
      'file:///c/xsd/a.xsd': `<schema xmlns="${XSD}"><include schemaLocation="b.xsd"/></schema>`,
      'file:///c/xsd/b.xsd': `<schema xmlns="${XSD}"/>`,
    })
    const found = await collectContract(new URL('file:///c/s.wsdl'), read)
    expect(found).toMatchObject({ protocol: 'soap', main: 's.wsdl', notes: [] })
    expect([...found.files.keys()].toSorted()).toEqual(['s.wsdl', 'xsd/a.xsd', 'xsd/b.xsd'])
    expect(textOf(found.files.get('s.wsdl'))).toBe(main)
  })

  test('of a server gets file names, and its locations follow', async () => {
    const { read } = reading({
      'http://h/svc?wsdl': `<definitions xmlns="${WSDL}"><types><schema xmlns="${XSD}"><import namespace="n" schemaLocation="http://h/svc?xsd=xsd0&amp;v=1"/></schema></types></definitions>`,
      'http://h/svc?xsd=xsd0&v=1': `<schema xmlns="${XSD}"/>`,
    })
    const found = await collectContract(new URL('http://h/svc?wsdl'), read)
    expect([...found.files.keys()].toSorted()).toEqual(['svc-xsd-xsd0-v-1.xsd', 'svc.wsdl'])
    expect(textOf(found.files.get('svc.wsdl'))).toContain('schemaLocation="svc-xsd-xsd0-v-1.xsd"')
  })

  test('a circle of imports ends', async () => {
    const { read } = reading({
      'file:///c/a.wsdl': `<definitions xmlns="${WSDL}"><import location="b.wsdl"/></definitions>`,
      'file:///c/b.wsdl': `<definitions xmlns="${WSDL}"><import location="a.wsdl"/></definitions>`,
    })
    const found = await collectContract(new URL('file:///c/a.wsdl'), read)
    expect([...found.files.keys()].toSorted()).toEqual(['a.wsdl', 'b.wsdl'])
  })

  test('no document is asked of another host, and none above a file by an address', async () => {
    const { read, asked } = reading({
      'http://h/s.wsdl': `<definitions xmlns="${WSDL}"><import location="http://169.254.169.254/x.wsdl"/><import location="file:///etc/passwd"/></definitions>`,
    })
    const found = await collectContract(new URL('http://h/s.wsdl'), read)
    expect(asked.filter((each) => !each.startsWith('http://h/'))).toEqual([])
    expect(found.notes).toHaveLength(2)
  })

  test.each([
    [
      'a DOCTYPE',
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`,
      /is not XML: doctype/,
    ],
    ['another document', '<html/>', /is no WSDL 1.1 document, no OpenAPI/],
    ['text', 'hello', /is no WSDL 1.1 document, no OpenAPI/],
  ])('%s is refused', async (_, text, message) => {
    const { read } = reading({ 'file:///c/s.wsdl': text })
    await expect(collectContract(new URL('file:///c/s.wsdl'), read)).rejects.toThrow(message)
  })

  test('a document that is not there is refused', async () => {
    const { read } = reading({})
    await expect(collectContract(new URL('file:///c/s.wsdl'), read)).rejects.toThrow(
      's.wsdl cannot be read',
    )
  })
})

test('an OpenAPI description brings the files of its references', async () => {
  const { read } = reading({
    'file:///c/api.json': '{"openapi":"3.0.0","x":{"$ref":"parts/a.json#/B"},"y":{"$ref":"#/z"}}',
    'file:///c/parts/a.json': '{"B":{"type":"string"}}',
  })
  const found = await collectContract(new URL('file:///c/api.json'), read)
  expect(found).toMatchObject({ protocol: 'rest', main: 'api.json' })
  expect([...found.files.keys()].toSorted()).toEqual(['api.json', 'parts/a.json'])
})
