import { describe, expect, test } from 'vitest'

import { scrubBody, type ScrubRules } from '../../../subgraphs/onboard/scrub-body.ts'

const RULES: ScrubRules = {
  scrub: (text) => (text.trim().length < 3 ? text : `«${text.length}»`),
  keepNames: new Set(['kind']),
  keepValues: new Set(['ok!']),
  keepStarts: ['-1;'],
  base64Names: new Set(['name']),
  packed: new Map([['record', { separator: ';', assign: ':' }]]),
}

describe('XML', () => {
  test('texts and attributes are replaced, names, namespaces and layout stay', () => {
    const text = `<?xml version="1.0"?>\n<s:Envelope xmlns:s="http://a/b"><s:Body xsi:type="x:Long">\n  <p id="i1" plate="12345">Kaveh &amp; co</p></s:Body></s:Envelope>`
    expect(scrubBody(text, 'text/xml', RULES)).toBe(
      `<?xml version="1.0"?>\n<s:Envelope xmlns:s="http://a/b"><s:Body xsi:type="x:Long">\n  <p id="i1" plate="«5»">«10»</p></s:Body></s:Envelope>`,
    )
  })

  test.each([
    ['1.1', '<Fault><faultcode>s:Server</faultcode><faultstring>Kaveh</faultstring></Fault>'],
    [
      '1.2',
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Text>Kaveh</s:Text></s:Fault>',
    ],
  ])('the code of a fault of SOAP %s stays, its words do not', (_, text) => {
    expect(scrubBody(text, 'text/xml', RULES)).toBe(text.replace('Kaveh', '«5»'))
  })

  test('what a rule keeps stays', () => {
    const text = '<a><kind>freight</kind><b>ok!</b></a>'
    expect(scrubBody(text, 'application/soap+xml', RULES)).toBe(text)
  })

  test('base64 of text stays base64 of text', () => {
    const scrubbed = scrubBody(`<name>${btoa('Kaveh')}</name>`, 'text/xml', RULES)
    const inside = />(.*)</.exec(scrubbed)?.[1] ?? ''
    expect(Buffer.from(inside, 'base64').toString('utf8')).toBe('«5»')
  })

  test('a packed record keeps its keys, a code before words stays', () => {
    const text = '<r><record>CardNo:12345;kind:باری;x:ok!</record><m>-1;nobody there</m></r>'
    expect(scrubBody(text, 'text/xml', RULES)).toBe(
      '<r><record>CardNo:«5»;kind:باری;x:ok!</record><m>-1;«12»</m></r>',
    )
  })

  test('CDATA and comments: the one is a value, the other none', () => {
    expect(scrubBody('<a><![CDATA[<secret>]]><!-- note --></a>', 'text/xml', RULES)).toBe(
      '<a><![CDATA[«8»]]><!-- note --></a>',
    )
  })
})

test('JSON: strings and whole numbers are replaced, names, booleans and layout stay', () => {
  const rules = { ...RULES, scrub: (text: string) => text.replaceAll(/[0-9]/g, '7') }
  const text =
    '{ "id": 123456, "n": "a \\"12\\" b", "x": true, "y": -1.5, "kind": "123", "z": [null, "9"] }'
  expect(scrubBody(text, 'application/json; charset=utf-8', rules)).toBe(
    '{ "id": 777777, "n": "a \\"77\\" b", "x": true, "y": -1.5, "kind": "123", "z": [null, "7"] }',
  )
})

test('CSV: cells are replaced, separators and quotes stay', () => {
  expect(scrubBody('12345;"Kaveh";ok!\r\n1;;', 'text/csv', RULES)).toBe('«5»;"«5»";ok!\r\n1;;')
})
