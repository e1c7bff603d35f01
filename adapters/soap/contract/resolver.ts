// What the parts of the schema compiler ask of each other: the components of a contract by key, resolved when asked for.

import type { ElementDeclaration, SimpleType, Type } from '../model.ts'
import type { Component, ComponentKind } from './schema-index.ts'

/** `from` is the place that names a component. All throw ContractError with its place. */
export interface Resolver {
  /** Key of what a QName in an attribute of `from` names. */
  key(from: Component, name: string): string
  element(key: string, from: Component): ElementDeclaration
  type(key: string, from: Component): Type
  /** An element that is declared where it stands, or named there by `ref`. */
  local(component: Component): ElementDeclaration
  simple(component: Component): SimpleType
  /** Refuses a component that meets itself while it is built. */
  guard<T>(key: string, from: Component, build: () => T): T
  /** A global component, or one that a lenient reader takes for it. */
  find(kind: ComponentKind, key: string, from: Component): Component | undefined
  /** Refuses what is missing; a lenient reader notes it and goes on with the substitute. */
  missing<T>(from: Component, message: string, substitute: T): T
}
