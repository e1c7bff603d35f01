import { ask } from './ask.js'
import { bothLanguages, element, english } from './elements.js'

/**
 * @typedef {{ kind: string, name: string | null, ofType?: TypeRef | null }} TypeRef
 * @typedef {{ name: string, description: string | null, type: TypeRef, args: { name: string, type: TypeRef }[] }} Field
 * @typedef {{ kind: string, name: string, description: string | null, fields: Field[] | null,
 *   inputFields: Field[] | null, enumValues: { name: string, description: string | null }[] | null }} Type
 */

const TYPE_REF = 'kind name ofType { kind name ofType { kind name ofType { kind name } } }'
const QUESTION = `{ schema: __schema { types {
  kind name description
  fields { name description type { ${TYPE_REF} } args { name type { ${TYPE_REF} } } }
  inputFields { name description type { ${TYPE_REF} } }
  enumValues { name description }
} } }`

/**
 * @param {Record<string, string>} headers
 * @returns {Promise<Type[] | undefined>} nothing when this caller may not look into the schema
 */
export async function readTypes(headers) {
  const { answer } = await ask({ query: QUESTION }, headers)
  /** @type {Type[] | undefined} */
  const types = answer.data?.schema?.types
  return types?.filter((type) => !type.name.startsWith('__') && type.kind !== 'SCALAR')
}

/**
 * @param {Type[]} types
 * @param {string} searched
 * @returns {Node[]}
 */
export function paintTypes(types, searched) {
  const wanted = searched.trim().toLowerCase()
  const shown = types.flatMap((type) => {
    const all = membersOf(type)
    const whole = matches(type, wanted)
    const members = whole ? all : all.filter((member) => matches(member, wanted))
    if (!whole && members.length === 0) return []
    return [
      element(
        'section',
        { class: 'type' },
        element('h3', { dir: 'ltr' }, type.name),
        ...(type.description ? [element('p', {}, ...bothLanguages(type.description))] : []),
        element('dl', {}, ...members.flatMap(paintMember)),
      ),
    ]
  })
  return shown.length > 0 ? shown : [element('p', {}, 'چیزی یافت نشد. ', english('Nothing found.'))]
}

/**
 * @param {Type} type
 * @returns {{ name: string, description: string | null, shape: string }[]}
 */
function membersOf(type) {
  const fields = (type.fields ?? type.inputFields ?? []).map((field) => ({
    name: field.name,
    description: field.description,
    shape: `${argumentsOf(field)}: ${textOf(field.type)}`,
  }))
  const values = (type.enumValues ?? []).map((value) => ({ ...value, shape: '' }))
  return [...fields, ...values]
}

/** @param {Field} field */
function argumentsOf(field) {
  const args = (field.args ?? []).map(({ name, type }) => `${name}: ${textOf(type)}`)
  return args.length === 0 ? '' : `(${args.join(', ')})`
}

/** @param {{ name: string, description: string | null, shape: string }} member */
function paintMember(member) {
  return [
    element(
      'dt',
      { dir: 'ltr' },
      element('code', {}, member.name),
      element('span', {}, member.shape),
    ),
    element('dd', {}, ...(member.description ? bothLanguages(member.description) : [])),
  ]
}

/**
 * @param {{ name: string, description: string | null }} thing
 * @param {string} wanted
 */
function matches(thing, wanted) {
  return `${thing.name} ${thing.description ?? ''}`.toLowerCase().includes(wanted)
}

/** @param {TypeRef | null | undefined} type @returns {string} */
function textOf(type) {
  if (!type) return ''
  if (type.kind === 'NON_NULL') return `${textOf(type.ofType)}!`
  if (type.kind === 'LIST') return `[${textOf(type.ofType)}]`
  return type.name ?? ''
}
