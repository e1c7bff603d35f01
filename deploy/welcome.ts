// What a newcomer reads when all is up: what runs where, who can sign in, and a first query to paste.

import type { Estate } from './embedded/estate.ts'
import { DEMO_VARIABLES } from './embedded/sign-on/demo-variables.ts'
import type { Person } from './embedded/sign-on/sign-on.ts'

export interface Standing {
  readonly url: string
  /** For browsers. */
  readonly portal: string
  readonly issuer: string
  /** Holds a password: only host and port are shown. */
  readonly databaseUrl: string
  /** Systems whose folders are served. */
  readonly loaded: readonly string[]
  readonly estate: Estate
  /** Addresses at which something listens. */
  readonly reachable: ReadonlySet<string>
  readonly people: readonly Person[]
}

const SHOWN_PEOPLE = 8

export function welcome(standing: Standing): string {
  const { url, portal, estate, people } = standing
  const [first] = people
  return [
    '',
    ...table([...ownRows(standing), ...systemRows(standing)]),
    '',
    systemsLine(standing),
    '',
    `Query page      ${portal}   صفحهٔ پرس‌وجو`,
    `Console         ${portal}/console   میز کارکنان`,
    `Health          ${url}/health`,
    `Demo switches   ${estate.control}/switches   (docs/demo.md)`,
    `Sent messages   ${estate.control}/messages   (one-time codes to citizens' mobiles)`,
    '',
    ...(first === undefined ? [] : [...peopleLines(people), '', ...firstQuery(url, first)]),
    '',
  ].join('\n')
}

function ownRows({ url, portal, issuer, databaseUrl, reachable }: Standing): readonly string[][] {
  return [
    ['name', 'protocol', 'address', 'health'],
    ['gateway', 'GraphQL', `${url}/graphql`, 'ready'],
    ['portal', 'web', portal, 'ready'],
    ['sign-on', 'OpenID Connect', issuer, reachability(issuer, reachable)],
    ['database', 'PostgreSQL', new URL(databaseUrl).host, 'ready'],
  ]
}

function systemRows({ loaded, estate, reachable }: Standing): readonly string[][] {
  return estate.systems
    .toSorted((left, right) => left.id.localeCompare(right.id, 'en'))
    .map(({ id, protocol, url }) => {
      const health = loaded.includes(id) ? reachability(url, reachable) : 'not loaded'
      return [id, protocol, url, health]
    })
}

/** One look is enough where all is well. */
function systemsLine({ loaded, estate, reachable }: Standing): string {
  const up = estate.systems.filter(({ id, url }) => loaded.includes(id) && reachable.has(url))
  return `${up.length} of ${estate.systems.length} simulated systems are up; what each is: docs/estate.md`
}

function reachability(url: string, reachable: ReadonlySet<string>): string {
  return reachable.has(url) ? 'reachable' : 'not reachable'
}

function peopleLines(people: readonly Person[]): readonly string[] {
  const shown = people.slice(0, SHOWN_PEOPLE).map(({ key, name }) => [`  ${key}`, name])
  return [
    `Demo people (password ${DEMO_VARIABLES.DEMO_PASSWORD}), sign in on the query page or: npm run -s token -- NAME`,
    ...table(shown),
    `  … and ${people.length - shown.length} more on the sign-in page, among them`,
    ...table(OFFICES),
    '  whose second factor is shown where it is asked for. `npm run -s token -- kaveh --acr substantial` has one, too.',
  ]
}

const OFFICES = [
  ['  clerk', 'acts for citizens at a counter (docs/acting-for.md)'],
  ['  staff', 'console'],
  [
    '  security-officer, rmto-officer',
    'administer the sign-on, one agency (docs/administration.md)',
  ],
]

const OWN =
  'query @provenance { me { firstName lastName birthDateJalali residence { text fabric { name } } deeds { shareDang plot { landUse { use } } } vehiclePlates { plate vehicle { technicalInspection { validUntil } waybills { cargo } } } drivingLicence { class } driverCard { grade } insurance { totalDays } companies { company { name } } } }'
const OPEN =
  '{ flight(flightId: \\"X7113-2026-11-20\\") { status origin { name } passengerRights { event refundPercent } } province(code: \\"23\\") { weatherWarnings { event level } roadSections { name status } } }'

function firstQuery(url: string, { key }: Person): readonly string[] {
  const curl = `curl -s ${url}/graphql -H 'content-type: application/json'`
  return [
    'First queries to paste (longer ones, over up to 28 systems, are on the query page): eleven systems about one citizen,',
    `  ${curl} -H "authorization: Bearer $(npm run -s token -- ${key})" \\`,
    `    -d '{"query":"${OWN}"}'`,
    'and four systems without a sign-in:',
    `  ${curl} \\`,
    `    -d '{"query":"${OPEN}"}'`,
  ]
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
