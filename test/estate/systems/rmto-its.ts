// The road organisation's traffic counters (Companies.asmx): companies hand in counts, the ministry asks for them.
// Quirks: Q6 Tehran's clock without a zone, Q16 a negative receipt is an error, Q25 rows of zeros and speed 9999,
// Q27 company, user and password as arguments.

import roads from '../roads.json' with { type: 'json' }
import type { Simulator, World } from '../simulator.ts'
import { type Field, INT, optional, required, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, writeFault } from '../soap/soap-fault.ts'
import { answerEither, type SoapOperation } from '../soap/soap-server.ts'
import { childText, tag, tree, type XmlElement } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://its.rmto.ir/Companies'
const ACCOUNT = { company: '1207', user: 'panjareh', password: 'Tr4dadShomar' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'soap' }

/** The service would take a zone too, but it means Tehran's clock whatever the zone says: so it refuses one. */
const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/u
const DECIMAL = /^\d+(\.\d+)?$/u
const ACCOUNT_FIELDS: readonly Field[] = [
  optional('CompanyCode', TEXT),
  optional('UserName', TEXT),
  optional('Password', TEXT),
]

const WRONG_ACCOUNT = -1
const UNKNOWN_DEVICE = -2
const WRONG_TIME = -3
const FIRST_RECEIPT = 4_410_000

type Row = (typeof roads.traffic)[number]

export function createRmtoIts(world: World): Simulator {
  /** One receipt for one count: the same count again gets the same number, as the real table's key has it. */
  const receipts = new Map<string, number>()
  const add = (classes: number) =>
    adding(classes, (count) => {
      const receipt = receipts.get(count) ?? FIRST_RECEIPT + receipts.size
      receipts.set(count, receipt)
      return receipt
    })
  const operations = [add(5), add(8), sectionData(world)]
  return {
    id: 'rmto-its',
    name: 'Road organisation: traffic counters',
    protocol: 'SOAP 1.1',
    path: '/Companies.asmx',
    environment: {
      RMTO_ITS_COMPANY: ACCOUNT.company,
      RMTO_ITS_USER: ACCOUNT.user,
      RMTO_ITS_PASSWORD: ACCOUNT.password,
    },
    answer: (request) =>
      answerEither(
        [
          { ...MANNER, operations },
          { ...MANNER, version: '1.2', operations },
        ],
        request,
      ),
    failure: () => writeFault(MANNER, { by: 'server', reason: 'Deadlock victim.' }),
    drift: (text) => text.replaceAll(/(<\/?)(AddData\dResult|AverageSpeed)\b/gu, '$1$2New'),
  }
}

function adding(classes: number, store: (count: string) => number): SoapOperation {
  const name = `AddData${classes}`
  const counts = Array.from({ length: classes }, (_, index) => `Class${index + 1}`)
  const fields = [
    optional('DeviceCode', TEXT),
    required('StartTime', LOCAL_TIME),
    required('EndTime', LOCAL_TIME),
    ...counts.map((count) => required(count, INT)),
    required('AverageSpeed', DECIMAL),
  ]
  const receive = (input: XmlElement) => {
    if (!isKnown(input)) return WRONG_ACCOUNT
    const device = childText(input, 'DeviceCode')
    if (!roads.traffic.some((row) => row.device === device)) return UNKNOWN_DEVICE
    const start = childText(input, 'StartTime')
    return start < childText(input, 'EndTime') ? store(`${name} ${device} ${start}`) : WRONG_TIME
  }
  return {
    ...toOperation(name, fields),
    answer: (input) => toReply(name, tag(`${name}Result`, receive(input))),
  }
}

function sectionData({ places }: World): SoapOperation {
  const name = 'GetSectionData'
  const fields = [
    optional('SectionCode', TEXT),
    required('FromTime', LOCAL_TIME),
    required('ToTime', LOCAL_TIME),
  ]
  const find = (input: XmlElement): string => {
    const [section, from, until] = ['SectionCode', 'FromTime', 'ToTime'].map((each) =>
      childText(input, each),
    )
    if (!isKnown(input)) return tag('ErrorCode', 1)
    if (!places.roadSections.some(({ sectionId }) => sectionId === section))
      return tag('ErrorCode', 4)
    const rows = roads.traffic.filter((row) => {
      const start = `${row.hour}:00:00`
      return row.sectionId === section && start >= (from ?? '') && start < (until ?? '')
    })
    return tag('ErrorCode', 0) + tree('Rows', ...rows.map(writeRow))
  }
  return {
    ...toOperation(name, fields),
    answer: (input) => toReply(name, tree(`${name}Result`, find(input))),
  }
}

function toOperation(name: string, fields: readonly Field[]): Omit<SoapOperation, 'answer'> {
  const content = { namespace: NAMESPACE, fields: [...ACCOUNT_FIELDS, ...fields] }
  return { action: `${NAMESPACE}/${name}`, element: name, namespace: NAMESPACE, content }
}

function toReply(name: string, content: string): string {
  return `<${name}Response xmlns="${NAMESPACE}">${content}</${name}Response>`
}

function isKnown(input: XmlElement): boolean {
  const { company, user, password } = ACCOUNT
  const sent = ['CompanyCode', 'UserName', 'Password'].map((name) => childText(input, name))
  return sent.join('\n') === [company, user, password].join('\n')
}

function writeRow({ device, hour, light, heavy, meanSpeed, headway }: Row): string {
  const next = String(Number(hour.slice(-2)) + 1).padStart(2, '0')
  return tree(
    'CounterRow',
    tag('DeviceCode', device),
    tag('StartTime', `${hour}:00:00`),
    tag('EndTime', `${hour.slice(0, -2)}${next}:00:00`),
    tag('Light', light),
    tag('Heavy', heavy),
    tag('AverageSpeed', meanSpeed),
    tag('Headway', headway),
  )
}
