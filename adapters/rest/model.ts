// What decides a value: kind, scalar type, members, obligation. Both directions and the contract's Shape are made of it.

import type { ScalarType } from '../adapter.ts'
import type { XmlForm } from './xml-form.ts'

export interface Model {
  readonly nullable: boolean
  /** Texts of the values allowed; undefined if any is. */
  readonly only?: ReadonlySet<string> | undefined
  readonly kind: ModelKind
  /** How it stands in XML, where the description says so. */
  readonly xml?: XmlForm | undefined
}

export type ModelKind =
  | Scalar
  | { readonly is: 'list'; readonly of: Model }
  | {
      readonly is: 'object'
      readonly members: ReadonlyMap<string, Member>
      readonly closed: boolean
    }
  /** Untyped, a choice (`oneOf`, `anyOf`), or a type within itself. */
  | { readonly is: 'any' }

export interface Scalar {
  readonly is: 'scalar'
  readonly type: ScalarType
  /** A mathematical integer. */
  readonly whole: boolean
}

export interface Member {
  readonly model: Model
  readonly required: boolean
}
