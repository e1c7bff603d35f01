// A process of its own for the tests: starts the database of argv[2], accepts one application, prints its tracking
// code at once, and waits to be killed.

import { join } from 'node:path'

import { parse } from 'graphql'

import { startDatabase } from '../../../deploy/embedded/database/database.ts'
import { openApplications } from '../../../subgraphs/applications/applications.ts'
import { loadCatalogue } from '../../../subgraphs/catalogue/catalogue.ts'
import { answerFor, contextOf, KAVEH, ME, OWN_ANSWERS, row } from './citizens.ts'

const [, , folder = ''] = process.argv
const log = { info() {}, warn() {}, error() {} }
const services = join(import.meta.dirname, '../../../subgraphs/catalogue/services')

const database = await startDatabase({ folder, log })
const catalogue = await loadCatalogue({ folder: services, log })
const applications = await openApplications({ databaseUrl: database.url, catalogue, log })

const started = await run(
  'mutation ($service: ID!) { done: startApplication(service: $service) { application { id } } }',
  { service: '18071001000' },
)
const accepted = await run(
  `mutation ($id: ID!, $answers: JSON!) { done: submitApplication(id: $id, answers: $answers) {
    ... on SubmissionAccepted { receipt { trackingCode } } } }`,
  { id: row(started['application'])['id'], answers: OWN_ANSWERS },
)
process.stdout.write(`${String(row(accepted['receipt'])['trackingCode'])}\n`)

async function run(text: string, variables: Record<string, unknown>) {
  const context = contextOf(KAVEH, () => Promise.resolve(answerFor(ME)))
  const { data } = await applications.execute({ document: parse(text), variables, context })
  return row(data?.['done'])
}
