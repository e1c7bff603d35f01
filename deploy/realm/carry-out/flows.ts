// Flows of sign-in. One that changes is not changed step by step while people sign in by it: the new one is made beside it
// under the same name, takes its place in one step, and then the old one goes.
import { type Fields, fieldsOf, listOf, textOf } from '../objects/fields.ts'
import type { Item } from '../objects/kinds.ts'
import { OUTGOING } from '../objects/marks.ts'
import { type Hand, type Hands, type Work } from './work.ts'

async function make(work: Work, item: Item): Promise<void> {
  const { server } = work
  const flows = server.admin.authenticationManagement
  const { description, providerId } = item.body
  const body = { alias: item.key, description: textOf(description), providerId: textOf(providerId) }
  await server.call(`flow ${item.key}`, () =>
    flows.createFlow({ ...body, topLevel: true, builtIn: false }),
  )
  await addSteps(work, item.key, fieldsOf(item.value['steps']), fieldsOf(item.body['steps']))
}

async function addSteps(work: Work, flow: string, steps: Fields, whole: Fields): Promise<void> {
  const { server } = work
  const what = `flow ${flow}`
  for (const [number, each] of Object.entries(steps)) {
    const step = fieldsOf(each)
    const id = await addStep(work, flow, step)
    const priority = Number(number) * 10
    const update = { id, requirement: textOf(step['requirement']), priority }
    await server.call(what, () =>
      server.admin.authenticationManagement.updateExecution({ flow }, update),
    )
    const config = fieldsOf(fieldsOf(whole[number])['config'])
    if (step['configAlias'] !== undefined) {
      const alias = textOf(step['configAlias'])
      await server.call(what, () =>
        server.admin.authenticationManagement.createConfig({ id, alias, config: texts(config) }),
      )
    }
    const inner = textOf(step['flow'])
    if (inner !== '') {
      const below = fieldsOf(fieldsOf(whole[number])['steps'])
      await addSteps(work, inner, fieldsOf(step['steps']), below)
    }
  }
}

async function addStep({ server }: Work, flow: string, step: Fields): Promise<string> {
  const flows = server.admin.authenticationManagement
  const inner = textOf(step['flow'])
  const what = `flow ${flow}`
  if (inner === '') {
    const provider = textOf(step['authenticator'])
    const made = await server.call(what, () => flows.addExecutionToFlow({ flow, provider }))
    return textOf(fieldsOf(made)['id'])
  }
  const body = {
    flow,
    alias: inner,
    description: textOf(step['description']),
    provider: 'registration-page-form',
    type: textOf(step['provider']),
  }
  await server.call(what, () => flows.addFlowToFlow(body))
  // The answer has the flow's own id; what is changed later is its place in the flow above.
  const steps = await server.call(what, () => flows.getExecutions({ flow }))
  return steps.find(({ displayName, level }) => displayName === inner && level === 0)?.id ?? ''
}

/** The flow that stands by itself last: with its new name, all within it have theirs. */
async function rename({ server, realm }: Work, old: Item): Promise<void> {
  const flows = server.admin.authenticationManagement
  const what = `flow ${old.key}`
  const whole = [...innerFlows(old.value['steps'], listOf(realm['authenticationFlows'])), old.body]
  for (const { id, ...config } of configsOf(
    old.value['steps'],
    listOf(realm['authenticatorConfig']),
  )) {
    const body: Fields = { ...config, alias: outgoing(config['alias']) }
    await server.call(what, () => flows.updateConfig({ id: textOf(id), ...body }))
  }
  for (const { id, alias, description, providerId, topLevel, builtIn } of whole) {
    const name = outgoing(alias)
    const body: Fields = { id, description, providerId, topLevel, builtIn, alias: name }
    await server.call(what, () => flows.updateFlow({ flowId: textOf(id) }, body))
  }
}

function outgoing(alias: unknown): string {
  const name = textOf(alias)
  return name.endsWith(OUTGOING) ? name : `${name}${OUTGOING}`
}

/** Their names, too, are there only once in a realm. */
function configsOf(steps: unknown, all: readonly Fields[]): readonly Fields[] {
  return Object.values(fieldsOf(steps)).flatMap((each) => {
    const { configAlias, steps: below } = fieldsOf(each)
    const found = all.find(({ alias }) => configAlias !== undefined && alias === configAlias)
    return [...(found === undefined ? [] : [found]), ...configsOf(below, all)]
  })
}

function innerFlows(steps: unknown, all: readonly Fields[]): readonly Fields[] {
  return Object.values(fieldsOf(steps)).flatMap((each) => {
    const { flow, steps: below } = fieldsOf(each)
    const found = all.find(({ alias }) => flow !== undefined && alias === flow)
    return found === undefined ? [] : [found, ...innerFlows(below, all)]
  })
}

interface Old {
  readonly id: string
  /** By which the realm and its clients may still name it. */
  readonly names: readonly string[]
}

/** Whoever used the old one uses the new one: the realm names flows by alias, clients by id. */
async function rebind(work: Work, key: string, { id, names }: Old): Promise<void> {
  const { server, realm } = work
  const { admin, realm: name } = server
  const what = `flow ${key}`
  const bound = Object.entries(realm)
    .filter(([member, value]) => member.endsWith('Flow') && names.includes(textOf(value)))
    .map(([member]) => [member, key])
  if (bound.length > 0) {
    await server.call(what, () => admin.realms.update({ realm: name }, Object.fromEntries(bound)))
  }
  const flows = await server.call(what, () => admin.authenticationManagement.getFlows())
  const fresh = flows.find(({ alias }) => alias === key)?.id
  for (const client of listOf(realm['clients'])) {
    const overrides = fieldsOf(client['authenticationFlowBindingOverrides'])
    const uses = Object.keys(overrides).filter((place) =>
      [id, ...names].includes(textOf(overrides[place])),
    )
    if (uses.length === 0 || fresh === undefined) continue
    const authenticationFlowBindingOverrides = {
      ...overrides,
      ...Object.fromEntries(uses.map((place) => [place, fresh])),
    }
    const body = { clientId: textOf(client['clientId']), authenticationFlowBindingOverrides }
    await server.call(what, () => admin.clients.update({ id: textOf(client['id']) }, body))
  }
}

async function removeFlow({ server }: Work, { key, id }: Pick<Item, 'key' | 'id'>): Promise<void> {
  const flows = server.admin.authenticationManagement
  await server.call(`flow ${key}`, () => flows.deleteFlow({ flowId: id ?? '' }))
}

/** Goes on from wherever an earlier attempt broke off: then the outgoing one is there under its other name already. */
async function replace(work: Work, item: Item, found: Item | undefined): Promise<void> {
  const { key } = item
  const all = listOf(work.realm['authenticationFlows'])
  const left = textOf(all.find(({ alias }) => alias === `${key}${OUTGOING}`)?.['id'])
  if (found !== undefined) {
    // Beside an outgoing one, what has the name is half made and used by nobody.
    await (left === '' ? rename(work, found) : removeFlow(work, found))
  }
  await make(work, item)
  const id = left === '' ? (found?.id ?? '') : left
  if (id === '') return
  await rebind(work, key, { id, names: [key, `${key}${OUTGOING}`] })
  await removeFlow(work, { key, id })
}

const flow: Hand = {
  create: (work, { item }) => replace(work, item, undefined),
  update: (work, { item, found }) => replace(work, item, found),
  remove: removeFlow,
}

function texts(config: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, textOf(value)]))
}

export const FLOWS: Hands = { flow }
