import { describe, expect, test } from 'vitest'

import { withoutDrafts, withPrefixes } from '../../../../adapters/soap/contract/contract-text.ts'
import { XSD } from '../../../../adapters/soap/namespaces.ts'
import { parseDocument } from '../../../../adapters/xml/document.ts'

describe('drafts of XML Schema', () => {
  test.each(['1999', '2000/10'])('of %s are read as the recommendation', (year) => {
    const text = `<a xmlns='http://www.w3.org/${year}/XMLSchema'\nxmlns:i="http://www.w3.org/${year}/XMLSchema-instance"/>`
    const changed = withoutDrafts(text)
    expect(parseDocument(changed)).toMatchObject({ namespace: XSD })
    expect(changed).toContain(`"http://www.w3.org/${year}/XMLSchema-instance"`)
  })
})

describe('prefixes', () => {
  test('that are used and not declared are declared at the root, lines kept', () => {
    const text =
      '<?xml version="1.0"?>\n<!-- <q:a/> -->\n<a>\n<xs:schema b:c="d"/>\n<e:f xmlns:e="urn:e"/></a>'
    const mended = withPrefixes(text)
    expect(mended?.prefixes).toEqual(['xs', 'b', 'e'])
    const [schema, own] = parseDocument(mended?.text ?? '').children
    expect(schema).toMatchObject({ local: 'schema', namespace: XSD, line: 4 })
    expect(own).toMatchObject({ namespace: 'urn:e' })
  })

  test('inside comments are none', () => {
    expect(withPrefixes('<a><!-- <b:c/> --><![CDATA[<d:e/>]]></a>')).toBeUndefined()
    expect(withPrefixes(`<a>${'<!--'.repeat(200_000)}<b:c/>`)).toBeUndefined()
  })

  test('that are declared need nothing', () => {
    expect(withPrefixes('<x:a xmlns:x="urn:x" xml:lang="fa" x:b="c"/>')).toBeUndefined()
    expect(withPrefixes('no XML')).toBeUndefined()
  })
})
