// Flows of sign-in. One that changes is not changed step by step while people sign in by it: the new one is made beside it
// under the same name, takes its place in one step, and then the old one goes.
import { type Fields, fieldsOf, listOf, textOf } from '../fields.ts'
import type { Item } from '../kinds.ts'
import { type Hand, type Hands, type Work } from './work.ts'

/** What an outgoing flow is called for the moment that both are there. */
const OUTGOING = ' (replaced)'

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

async function rename({ server }: Work, old: Item, realm: Fields): Promise<void> {
  const flows = server.admin.authenticationManagement
  const all = listOf(realm['authenticationFlows'])
  for (const flow of [old.body, ...innerFlows(old.value['steps'], all)]) {
    const { id, alias, description, providerId, topLevel, builtIn } = flow
    const name = `${textOf(alias)}${OUTGOING}`
    const body: Fields = { id, description, providerId, topLevel, builtIn, alias: name }
    await server.call(`flow ${old.key}`, () => flows.updateFlow({ flowId: textOf(id) }, body))
  }
}

function innerFlows(steps: unknown, all: readonly Fields[]): readonly Fields[] {
  return Object.values(fieldsOf(steps)).flatMap((each) => {
    const { flow, steps: below } = fieldsOf(each)
    const found = all.find(({ alias }) => flow !== undefined && alias === flow)
    return found === undefined ? [] : [found, ...innerFlows(below, all)]
  })
}

/** Whoever used the old one uses the new one: the realm here; clients and identity providers name flows by id or alias. */
async function rebind(work: Work, old: Item): Promise<void> {
  const { server, realm } = work
  const { admin, realm: name } = server
  const bound = Object.entries(realm).filter(
    ([member, value]) => member.endsWith('Flow') && value === old.key,
  )
  if (bound.length > 0) {
    await server.call(`flow ${old.key}`, () =>
      admin.realms.update({ realm: name }, Object.fromEntries(bound)),
    )
  }
  const flows = await server.call(`flow ${old.key}`, () =>
    admin.authenticationManagement.getFlows(),
  )
  const fresh = flows.find(({ alias }) => alias === old.key)?.id
  for (const client of listOf(realm['clients'])) {
    const overrides = fieldsOf(client['authenticationFlowBindingOverrides'])
    const uses = Object.keys(overrides).filter((place) =>
      [old.id, old.key].includes(textOf(overrides[place])),
    )
    if (uses.length === 0 || fresh === undefined) continue
    const authenticationFlowBindingOverrides = {
      ...overrides,
      ...Object.fromEntries(uses.map((place) => [place, fresh])),
    }
    const body = { clientId: textOf(client['clientId']), authenticationFlowBindingOverrides }
    await server.call(`flow ${old.key}`, () =>
      admin.clients.update({ id: textOf(client['id']) }, body),
    )
  }
}

async function removeFlow({ server }: Work, { key, id }: Item): Promise<void> {
  const flows = server.admin.authenticationManagement
  await server.call(`flow ${key}`, () => flows.deleteFlow({ flowId: id ?? '' }))
}

const flow: Hand = {
  create: (work, { item }) => make(work, item),
  update: async (work, { item, found }) => {
    if (found === undefined) return
    await rename(work, found, work.realm)
    await make(work, item)
    await rebind(work, found)
    await removeFlow(work, found)
  },
  remove: removeFlow,
}

function texts(config: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, textOf(value)]))
}

export const FLOWS: Hands = { flow }
