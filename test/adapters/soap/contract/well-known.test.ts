import { expect, test } from 'vitest'

import { WELL_KNOWN_TEXTS } from '../../../../adapters/soap/contract/well-known-texts.ts'
import { isWellKnown, wellKnownSchema } from '../../../../adapters/soap/contract/well-known.ts'
import { toLayout } from '../../../../adapters/soap/layout.ts'
import { compiled, complex } from './schemas.ts'

test.each([...WELL_KNOWN_TEXTS.keys()])(
  'all that is known of %s holds together',
  async (namespace) => {
    const { schema } = await compiled('')
    const document = wellKnownSchema(namespace)
    expect(document?.root.children.length).toBeGreaterThan(0)
    for (const node of document?.root.children ?? []) {
      if (document === undefined) continue
      const from = { document, node }
      const key = `{${namespace}}${node.attributes.get('name')}`
      if (node.local === 'element') expect(schema.element(key, from).type()).toBeDefined()
      if (!node.local.endsWith('Type')) continue
      const type = schema.type(key, from)
      if (type.kind === 'complex') expect(toLayout(type)).toBeDefined()
    }
  },
)

test.each<[string, string, string, string]>([
  ['xml:lang', 'http://www.w3.org/XML/1998/namespace', '<xs:attribute ref="q:lang"/>', 'lang'],
  [
    'the content type of binary data',
    'http://www.w3.org/2005/05/xmlmime',
    '<xs:attribute ref="q:contentType"/>',
    'contentType',
  ],
  [
    'the id of security',
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
    '<xs:attribute ref="q:Id"/>',
    'Id',
  ],
  ['a link', 'http://www.w3.org/1999/xlink', '<xs:attributeGroup ref="q:simpleLink"/>', 'href'],
])('a contract may use %s without a file', async (...[, namespace, use, local]) => {
  // The xml prefix is the only one of its namespace.
  const prefixed = namespace.endsWith('namespace') ? use.replace('q:', 'xml:') : use
  const declared = namespace.endsWith('namespace') ? '' : ` xmlns:q="${namespace}"`
  const { files, element } = await compiled(
    `<xs:import namespace="${namespace}" schemaLocation="http://example.org/gone.xsd"/><xs:element name="e"><xs:complexType${declared}>${prefixed}</xs:complexType></xs:element>`,
  )
  expect(files.unmet).toEqual([])
  const names = complex(element('e').type()).attributes.map((use_) => use_.local)
  expect(names).toContain(local)
})

test('a component that a contract declares itself goes first', async () => {
  const namespace = 'http://www.w3.org/2005/08/addressing'
  const { element } = await compiled(
    `<xs:import namespace="${namespace}" schemaLocation="own.xsd"/><xs:element name="e"><xs:complexType xmlns:q="${namespace}"><xs:sequence><xs:element ref="q:Action"/><xs:element ref="q:To"/></xs:sequence></xs:complexType></xs:element>`,
    {
      'own.xsd': `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${namespace}"><xs:element name="Action" type="xs:int"/></xs:schema>`,
    },
  )
  const { members } = toLayout(complex(element('e').type()))
  expect(members.get('Action')?.element.type()).toMatchObject({ lexical: { name: 'int' } })
  expect(members.get('To')?.element.type()).toMatchObject({ kind: 'complex', anyAttribute: true })
})

test('nothing is known of other namespaces', () => {
  expect([isWellKnown('urn:x'), wellKnownSchema('urn:x')]).toEqual([false, undefined])
})
