// Where `@defer` may not stand (GraphQL RFC "Incremental Delivery", validation: directives on root fields, on operations,
// labels): parts are told apart by their labels, mutations run one after the other, and each event of a subscription is
// one answer.

import {
  type ASTVisitor,
  type DirectiveNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ValidationContext,
  type ValidationRule,
  type ValueNode,
  visit,
} from 'graphql'

export const refuseDefer: ValidationRule = (context) => {
  const labels = new Map<string, DirectiveNode>()
  return {
    Directive: (node) => {
      if (!isDefer(node)) return
      const parent = context.getParentType()
      const schema = context.getSchema()
      if (
        parent &&
        (parent === schema.getMutationType() || parent === schema.getSubscriptionType())
      ) {
        refuse(context, `Nothing of the root type "${parent.name}" can be deferred.`, node)
      }
      checkLabel(context, node, labels)
    },
    OperationDefinition: (operation) => {
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return
      const visitor: ASTVisitor = {
        Directive: (node) => {
          if (!isDefer(node) || mayBeOff(node)) return
          refuse(context, 'Nothing of a subscription can be deferred.', node)
        },
      }
      visit(operation, visitor)
      for (const one of context.getRecursivelyReferencedFragments(operation)) visit(one, visitor)
    },
  }
}

function checkLabel(
  context: ValidationContext,
  node: DirectiveNode,
  labels: Map<string, DirectiveNode>,
): void {
  const label = argumentOf(node, 'label')
  if (label === undefined || label.kind === Kind.NULL) return
  // Of any other kind it is no string, which another rule says.
  if (label.kind === Kind.VARIABLE) return refuse(context, 'A label is no variable.', node)
  if (label.kind !== Kind.STRING) return
  const known = labels.get(label.value)
  if (known === undefined) labels.set(label.value, node)
  else refuse(context, 'A label is there once in a document.', known, node)
}

/** By a variable it may be, too. */
function mayBeOff(node: DirectiveNode): boolean {
  const value = argumentOf(node, 'if')
  return value?.kind === Kind.VARIABLE || (value?.kind === Kind.BOOLEAN && !value.value)
}

function isDefer({ name }: DirectiveNode): boolean {
  return name.value === 'defer'
}

function argumentOf(node: DirectiveNode, name: string): ValueNode | undefined {
  return node.arguments?.find((one) => one.name.value === name)?.value
}

function refuse(
  context: ValidationContext,
  text: string,
  ...nodes: readonly DirectiveNode[]
): void {
  context.reportError(new GraphQLError(text, { nodes }))
}
