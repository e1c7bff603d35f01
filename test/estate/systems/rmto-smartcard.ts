// The road organisation's smart cards of drivers and trucks, an .asmx with one operation for everything.
// In: an operation code and 13 positional texts. Out: one packed text. Quirks: Q16 −1 as first item, Q20 packed reply,
// Q22 three ways to say yes, Q24 operation codes, Q27 credentials as arguments, Q32 an error that says two things.

import { arabicLetters, slashFraction, spelledPlate } from '../legacy-text.ts'
import { isNationalId, type Persona, type Vehicle } from '../personas.ts'
import {
  readBasic,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'
import { INT, optional, required, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeEnvelope } from '../soap/soap-fault.ts'
import { answerSoap, refuse, type SoapService } from '../soap/soap-server.ts'
import { child, childText, tag, type XmlElement } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://tempuri.org/'
const ACCOUNT = { user: 'panjareh', password: 'Kart;H00shmand' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'soap' }
const ARGUMENTS = Array.from({ length: 13 }, (_, index) => `P${index + 1}`)

const NOTHING = '-1'
const AMBIGUOUS = '-1;شماره اشتباه است یا سایت در دسترس نیست'
const WRONG_ACCOUNT = '-2;نام کاربری یا کلمه عبور اشتباه است'
const NO_SUCH_CODE = '-3;کد عملیات نامعتبر است'

/** Each code with its way of answering; a second way to say "nothing" for those asked by number. */
const CODES: Readonly<Record<string, (key: string, world: World) => string>> = {
  '41': (card, { population }) => {
    const driver = population.personas.find((persona) => persona.driverCard?.number === card)
    return driver === undefined ? AMBIGUOUS : describeDriver(driver)
  },
  '3': (nationalId, { population }) => {
    if (!isNationalId(nationalId)) return AMBIGUOUS
    const driver = population.byNationalId(nationalId)
    return driver?.driverCard ? describeDriver(driver) : NOTHING
  },
  '4': (card, { population }) => {
    const vehicle = findVehicle(population.personas, ({ fleetCard }) => fleetCard === card)
    return vehicle === undefined ? AMBIGUOUS : describeVehicle(vehicle, ['1', '0'])
  },
  '6': (vin, { population }) => {
    const vehicle = findVehicle(
      population.personas,
      (each) => each.vin === vin && each.fleetCard !== null,
    )
    return vehicle === undefined ? AMBIGUOUS : describeVehicle(vehicle, ['Y', 'N'])
  },
}

export function createRmtoSmartcard(world: World): Simulator {
  const service: SoapService = {
    ...MANNER,
    authenticate,
    operations: [
      {
        action: `${NAMESPACE}GetData`,
        element: 'GetData',
        namespace: NAMESPACE,
        content: {
          namespace: NAMESPACE,
          fields: [
            optional('UserName', TEXT),
            optional('PassWord', TEXT),
            required('OpCode', INT),
            ...ARGUMENTS.map((name) => optional(name, TEXT)),
          ],
        },
        answer: (input) => answer(input, world),
      },
    ],
  }
  return {
    id: 'rmto-smartcard',
    name: 'Road organisation: driver and fleet smart cards',
    protocol: 'SOAP 1.1',
    path: '/WebServices/SmartCard.asmx',
    environment: { RMTO_SMARTCARD_USER: ACCOUNT.user, RMTO_SMARTCARD_PASSWORD: ACCOUNT.password },
    answer: (request) => answerSoap(service, request),
    failure: () => writeEnvelope(MANNER, writeReply(AMBIGUOUS)),
    drift: (text) => text.replaceAll(/(?<=[>;])CardNo:/gu, 'CardNumber:'),
  }
}

function authenticate(request: WireRequest): WireReply | undefined {
  const sent = readBasic(request.headers)
  if (sent?.user === ACCOUNT.user && sent.password === ACCOUNT.password) return undefined
  return refuse(401, '401 - Unauthorized: Access is denied due to invalid credentials.', {
    'www-authenticate': 'Basic realm="smartcard"',
  })
}

function answer(input: XmlElement, world: World): string | SoapFault {
  if (ARGUMENTS.some((name) => child(input, name) === undefined)) {
    const reason =
      'Server was unable to process request. ---> Object reference not set to an instance of an object.'
    return { by: 'server', reason, detail: '' }
  }
  if (
    childText(input, 'UserName') !== ACCOUNT.user ||
    childText(input, 'PassWord') !== ACCOUNT.password
  ) {
    return writeReply(WRONG_ACCOUNT)
  }
  const ask = CODES[childText(input, 'OpCode')]
  return writeReply(ask === undefined ? NO_SUCH_CODE : ask(childText(input, 'P1'), world))
}

/** key:value;key:value, yes and no in words. */
function describeDriver(persona: Persona): string {
  const card = persona.driverCard
  const name = persona.writtenAs ?? persona
  const record = {
    CardNo: card?.number,
    NationalCode: persona.nationalId,
    Name: arabicLetters(name.firstName),
    Family: arabicLetters(name.lastName),
    CardType: arabicLetters(card?.kind ?? ''),
    Grade: card?.grade,
    IssueDate: card?.issuedOn,
    ExpireDate: card?.expiresOn,
    HealthDate: card?.healthCardExpiresOn,
    Active: card?.active === true ? 'بلی' : 'خیر',
  }
  return Object.entries(record)
    .map(([key, value]) => `${key}:${value ?? ''}`)
    .join(';')
}

/** By position: card, VIN, plate, model, year, capacity in tonnes, expiry, active. */
function describeVehicle(vehicle: Vehicle, [yes, no]: readonly [string, string]): string {
  return [
    vehicle.fleetCard,
    vehicle.vin,
    spelledPlate(vehicle.plate),
    arabicLetters(vehicle.model),
    vehicle.year,
    vehicle.capacityTonnes === null ? '' : slashFraction(vehicle.capacityTonnes),
    vehicle.fleetCardExpiresOn ?? '',
    vehicle.fleetCardExpiresOn === null ? no : yes,
  ].join(';')
}

function findVehicle(
  personas: readonly Persona[],
  matches: (vehicle: Vehicle) => boolean,
): Vehicle | undefined {
  return personas.flatMap(({ vehicles }) => vehicles).find(matches)
}

function writeReply(packed: string): string {
  return `<GetDataResponse xmlns="${NAMESPACE}">${tag('GetDataResult', packed)}</GetDataResponse>`
}
