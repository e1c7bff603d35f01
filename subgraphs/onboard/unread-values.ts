// Values of an answer that the contract allows and the folder's schema cannot read: a date in another form, a code that
// nobody listed. In: a mapping and a decoded answer. Out: the fields by path, never a value.

import type { Tree, Value } from '../../adapters/adapter.ts'
import { toItems } from '../../adapters/mapping/paths.ts'
import { isList } from '../../adapters/tree.ts'
import type { CallPlan, FieldPlan, Mapping, RecordPlan, View } from '../compile/mapping.ts'

export function unreadValues(mapping: Mapping, operation: string, answer: Tree): readonly string[] {
  const found = new Set<string>()
  const seen = new Set<View>()
  const views = [...mapping.roots.values(), ...mapping.entities.values()]
  const looked = new Set<string>()
  for (const view of views) visit(view)
  return [...found]

  function visit(view: View): void {
    if (seen.has(view)) return
    seen.add(view)
    if (view.call?.operation === operation) {
      for (const record of recordsOf(view.call, answer)) lookInto(view, record, view.type)
    }
    for (const [name, plan] of view.fields) enter(view, name, plan)
  }

  function enter(view: View, name: string, plan: FieldPlan): void {
    if (plan.kind === 'call') {
      const { call, record } = plan
      const place = `${view.type}.${name}`
      if (call.operation === operation && !looked.has(place)) {
        looked.add(place)
        for (const each of recordsOf(call, answer)) lookAt(record, each, place)
      }
      if (record.kind === 'object') visit(record.view)
    } else if (plan.kind === 'object') visit(plan.view)
  }

  function lookInto(view: View, record: Value, place: string): void {
    for (const [name, plan] of view.fields) {
      if (plan.kind === 'value' || plan.kind === 'object') lookAt(plan, record, `${place}.${name}`)
    }
  }

  function lookAt(plan: RecordPlan, record: Value, place: string): void {
    if (plan.kind === 'value') {
      const read = plan.read(record)
      if (read === undefined || (plan.required && read.value === null)) found.add(place)
      return
    }
    const part = plan.read(record)
    if (part === undefined || (!plan.list && isList(part))) {
      found.add(place)
      return
    }
    for (const item of toItems(part)) if (item !== null) lookInto(plan.view, item, place)
  }
}

function recordsOf({ select, each }: CallPlan, answer: Tree): readonly Value[] {
  const selected = select(answer) ?? null
  const records = each && isList(selected) ? selected : [selected]
  return records.filter((record) => record !== null)
}
