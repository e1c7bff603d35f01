// A Model as the elements and attributes that carry it, compiled once per operation for both directions.
// What OpenAPI does not say is not checked: a namespace counts where the `xml` object names one.

import type { Document } from './document.ts'
import type { Member, Model } from './model.ts'
import type { XmlForm } from './xml-form.ts'

export type XmlNode =
  | { readonly is: 'scalar' | 'any'; readonly model: Model }
  | {
      readonly is: 'object'
      readonly model: Model
      readonly closed: boolean
      /** By local name; several only where namespaces tell them apart. */
      readonly elements: ReadonlyMap<string, readonly XmlChild[]>
      readonly attributes: readonly XmlChild[]
      /** The member that is the element's own text. */
      readonly text: XmlChild | undefined
      /** In the order of the description, which is the order in which they are written. */
      readonly members: readonly XmlChild[]
    }
  /** An element around the items of a list. */
  | { readonly is: 'wrapper'; readonly model: Model; readonly item: XmlChild }

export interface XmlChild {
  /** Name of the member in our tree. */
  readonly member: string
  readonly local: string
  readonly namespace: string | undefined
  readonly prefix: string | undefined
  readonly required: boolean
  /** The element may be repeated, and its values are a list whatever their number. */
  readonly repeated: boolean
  readonly node: XmlNode
}

/** Reports what XML cannot carry. `place` is what the findings begin with. */
export function planXml(model: Model, document: Document, place: string): XmlNode {
  const known = PLANS.get(model)
  if (known !== undefined) return known
  const found = document.findings.length
  const plan = planNew(model, document, place)
  if (document.findings.length === found) PLANS.set(model, plan)
  return plan
}

/** Of models in which nothing was found: a schema that stands in many places is planned once. */
const PLANS = new WeakMap<Model, XmlNode>()

function planNew(model: Model, document: Document, place: string): XmlNode {
  const { kind } = model
  switch (kind.is) {
    case 'scalar':
    case 'any':
      return { is: kind.is, model }
    case 'list':
      return {
        is: 'wrapper',
        model,
        item: itemOf(model, model.xml?.name ?? 'item', { document, place }),
      }
    case 'object': {
      const members = [...kind.members].map(([name, member]) =>
        childOf(name, member, { document, place: `${place} ${name}` }),
      )
      const isIn = (at: XmlForm['place']) => (child: XmlChild) =>
        placeOf(kind.members, child) === at
      return {
        is: 'object',
        model,
        closed: kind.closed,
        elements: Map.groupBy(members.filter(isIn('element')), ({ local }) => local),
        attributes: members.filter(isIn('attribute')),
        text: members.find(isIn('text')),
        members,
      }
    }
  }
}

interface Reporting {
  readonly document: Document
  readonly place: string
}

function placeOf(members: ReadonlyMap<string, Member>, child: XmlChild): XmlForm['place'] {
  return members.get(child.member)?.model.xml?.place ?? 'element'
}

function childOf(name: string, { model, required }: Member, at: Reporting): XmlChild {
  const { xml, kind } = model
  if (xml !== undefined && xml.place !== 'element' && kind.is !== 'scalar') {
    at.document.report(`${at.place}: only a value can be an attribute or text`)
  }
  if (kind.is === 'list' && xml?.wrapped !== true) {
    // Without a wrapper the list's own name has no effect (OpenAPI 3.1 §4.8.26): its items bear theirs or the property's.
    return { ...itemOf(model, name, at), member: name, required }
  }
  const node = planXml(model, at.document, at.place)
  const local = xml?.name ?? name
  return { member: name, local, ...space(xml), required, repeated: false, node }
}

function itemOf(model: Model, name: string, { document, place }: Reporting): XmlChild {
  const of = model.kind.is === 'list' ? model.kind.of : model
  if (of.kind.is === 'list' && of.xml?.wrapped !== true) {
    document.report(`${place}: a list of lists that are not wrapped cannot be told apart in XML`)
  }
  const node = planXml(of, document, place)
  const local = of.xml?.name ?? name
  return { member: name, local, ...space(of.xml), required: false, repeated: true, node }
}

function space(xml: XmlForm | undefined): Pick<XmlChild, 'namespace' | 'prefix'> {
  return { namespace: xml?.namespace, prefix: xml?.prefix }
}
