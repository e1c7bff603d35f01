// Short answers about definitions of a schema: nullable, a list, of which type, with which key.

import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql'

/** Field names of the `@key`s; with `resolvable`, only of those by which others may reach the type. */
export function keysOf(type: ObjectTypeDefinitionNode, resolvable: boolean): readonly string[] {
  return [...new Set(keySetsOf(type, resolvable).flat())]
}

/** The same, each key by itself: what is asked by one of them is about one thing. */
export function keySetsOf(
  type: ObjectTypeDefinitionNode,
  resolvable: boolean,
): readonly (readonly string[])[] {
  const keys = (type.directives ?? []).filter(({ name }) => name.value === 'key')
  return (resolvable ? keys.filter(isResolvable) : keys).map(fieldsOf)
}

function isResolvable(key: ConstDirectiveNode): boolean {
  const value = key.arguments?.find(({ name }) => name.value === 'resolvable')?.value
  return value?.kind !== Kind.BOOLEAN || value.value
}

function fieldsOf(key: ConstDirectiveNode): readonly string[] {
  const value = key.arguments?.find(({ name }) => name.value === 'fields')?.value
  return value?.kind === Kind.STRING ? value.value.trim().split(/[\s,]+/) : []
}

export function hasDirective(field: FieldDefinitionNode, directive: string): boolean {
  return field.directives?.some(({ name }) => name.value === directive) ?? false
}

export function isRequired(field: FieldDefinitionNode): boolean {
  return field.type.kind === Kind.NON_NULL_TYPE
}

export function isListType(type: TypeNode): boolean {
  return (type.kind === Kind.NON_NULL_TYPE ? type.type : type).kind === Kind.LIST_TYPE
}

export function itemOf(type: TypeNode): TypeNode {
  const bareType = type.kind === Kind.NON_NULL_TYPE ? type.type : type
  return bareType.kind === Kind.LIST_TYPE ? bareType.type : bareType
}

export function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type)
}

/** The items of a list may be null. */
export function holdsNull(type: TypeNode): boolean {
  return isListType(type) && itemOf(type).kind !== Kind.NON_NULL_TYPE
}
