// What the bench asks: the same questions once through the gateway and once of each system alone. One person, whom all
// eight systems know (test/estate/personas.json), so that every call does its full work.

import type { Tree } from '../adapters/adapter.ts'

export const NATIONAL_ID = '0004120371'
const MOBILE = '09000000001'
const POST_CODE = '1593601044'

export interface Question {
  readonly system: string
  /** The fields of `me` that only this system fills; the address also needs the civil registry's postcode. */
  readonly fields: string
  /** The same question as the system's adapter is asked it. */
  readonly operation: string
  readonly input: Tree
  /** The system that must have answered before. */
  readonly after?: string
}

export const QUESTIONS: readonly Question[] = [
  {
    system: 'nocr-person',
    fields: 'firstName lastName fatherName birthDate birthDateJalali deathStatus',
    operation: 'identity',
    input: { arg0: { nin: NATIONAL_ID } },
  },
  {
    system: 'post-gnaf',
    fields: 'residence { province city street text }',
    operation: 'addresses',
    input: { body: { Postcodes: [{ PostCode: POST_CODE }] } },
    after: 'nocr-person',
  },
  {
    system: 'rahvar-licence',
    fields: 'drivingLicence { number class issuedOn expiresOn negativePoints }',
    operation: 'licence',
    input: { nationalCode: NATIONAL_ID },
  },
  {
    system: 'rmto-smartcard',
    fields: 'driverCard { cardNumber kind grade expiresOn active }',
    operation: 'driverByNationalId',
    input: { P1: NATIONAL_ID },
  },
  {
    system: 'tamin-history',
    fields: 'insurance { totalDays totalMonths periods { month employer days wage } }',
    operation: 'history',
    input: { nationalCode: NATIONAL_ID },
  },
  {
    system: 'vazife-status',
    fields: 'conscription { status statusText cardNumber issuedOn }',
    operation: 'status',
    // This system knows numbers without their leading zeros (quirk Q10); the mapping takes them off.
    input: { nin: NATIONAL_ID.replace(/^0+/, '') },
  },
  {
    system: 'ssaa-deed',
    fields: 'deeds { number registryPlate shareDang issuedOn coOwners { fullName shareDang } }',
    operation: 'deedsOfPerson',
    input: { NationalCode: NATIONAL_ID },
  },
  {
    system: 'cra-shahkar',
    fields: `ownsMobile(mobile: "${MOBILE}")`,
    operation: 'matchMobile',
    input: { body: { identificationNo: NATIONAL_ID, serviceNumber: MOBILE } },
  },
]

export interface Query {
  readonly name: string
  readonly systems: readonly string[]
  readonly text: string
}

export const SIX = queryOf('six systems', QUESTIONS.slice(0, 6))
export const EIGHT = queryOf('eight systems', QUESTIONS)
export const SINGLES = QUESTIONS.map((question) => queryOf(question.system, [question]))

function queryOf(name: string, questions: readonly Question[]): Query {
  const systems = questions.map(({ system }) => system)
  return { name, systems, text: `{ me { ${questions.map(({ fields }) => fields).join(' ')} } }` }
}
