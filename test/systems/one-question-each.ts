// One question to each of the 35 systems about somebody or something that it knows.

import type { Question } from './estate-graph.ts'

const KAVEH = { nationalId: '0004120371' }
const TRUCK = { plate: '12ع345-11' }
const HOME = { postCode: '1593601044' }
const FLAT = { plotId: '150239500117' }

export const ONE_QUESTION_EACH: readonly Question[] = [
  person('nocr-person', 'firstName lastName birthDateJalali residence { postCode }'),
  person('cra-shahkar', 'ownsMobile(mobile: "09000000001")'),
  { system: 'post-gnaf', type: 'Address', key: HOME, fields: 'text houseNumber' },
  person('ssaa-deed', 'deeds { shareDang registryPlate plot { plotId } }'),
  {
    system: 'ssaa-legal',
    type: 'LegalPerson',
    key: { legalNationalId: '00010345766' },
    fields: 'name registeredOn board { position }',
  },
  person('rahvar-licence', 'drivingLicence { class expiresOn negativePoints }'),
  person('tamin-history', 'insurance { totalDays periods { month wage } }'),
  person('vazife-status', 'conscription { status issuedOn }'),
  person('rmto-smartcard', 'driverCard { grade expiresOn active }'),
  { system: 'rmto-waybill', type: 'Vehicle', key: TRUCK, fields: 'waybills { number fareRial }' },
  {
    system: 'rmto-techinsp',
    type: 'Vehicle',
    key: TRUCK,
    fields: 'technicalInspection { valid validUntil items { code passed } }',
  },
  {
    system: 'rmto-141',
    type: 'RoadSection',
    key: { sectionId: '0710042' },
    fields: 'name status updatedAt start { latitude longitude }',
  },
  {
    system: 'rmto-its',
    type: 'RoadSection',
    key: { sectionId: '0710042' },
    fields:
      'traffic(from: "2026-11-21T06:00:00+03:30", until: "2026-11-21T12:00:00+03:30") { from light }',
  },
  {
    system: 'rmto-oversize',
    type: 'Vehicle',
    key: TRUCK,
    fields: 'oversizePermits { number widthMetres issuedOn }',
  },
  {
    system: 'rmto-paxlist',
    type: 'Person',
    key: { nationalId: '9934256916' },
    fields: 'busTrips { number departsAt }',
  },
  {
    system: 'rai-wagon',
    type: 'Wagon',
    key: { wagonNumber: '317100001013' },
    fields: 'kind state reportedOn',
  },
  {
    system: 'rai-driver',
    type: 'Person',
    key: { nationalId: '0000001015' },
    fields: 'railDriverLicence { grade issuedOn locomotives }',
  },
  {
    system: 'rai-extapi',
    type: 'LegalPerson',
    key: { legalNationalId: '99032177042' },
    fields: 'railFleet { wagonCount wagons { kind } }',
  },
  {
    system: 'cdtic-rail',
    type: 'RailProject',
    key: { projectId: 'RC-1107' },
    fields: 'name dueOn rightOfWay { chainageKm boundary }',
  },
  {
    system: 'cdtic-road',
    type: 'Plot',
    key: { plotId: '910031000008' },
    fields: 'rightsOfWay { road widthMetres }',
  },
  {
    system: 'caa-licence',
    type: 'Person',
    key: { nationalId: '9964067021' },
    fields: 'aviationLicence { kind issuedOn expiresOn ratings }',
  },
  person('caa-paxrights', 'flightClaims { status filedOn flight { flightId } }'),
  {
    system: 'iac-fids',
    type: 'Flight',
    key: { flightId: 'X7113-2026-11-20' },
    fields: 'status actualDeparture originName',
  },
  {
    system: 'pmo-seafarer',
    type: 'Person',
    key: { nationalId: '9964290421' },
    fields: 'seafarerDocument { nameFa nameEn certificates { kind issuedOn } }',
  },
  {
    system: 'pmo-vessel',
    type: 'Vessel',
    key: { imoNumber: '9000235' },
    fields: 'name grossTonnage registeredOn owners { sharePercent }',
  },
  {
    system: 'pmo-pcs',
    type: 'Vessel',
    key: { imoNumber: '9000106' },
    fields: 'portCalls { number port expectedAt }',
  },
  {
    system: 'irimo-data',
    type: 'WeatherStation',
    key: { stationId: '99754' },
    fields: 'dailyWeather(from: "2026-11-20", until: "2026-11-22") { day maxTemperature }',
  },
  {
    system: 'irimo-warn',
    type: 'Province',
    key: { code: '23' },
    fields: 'weatherWarnings { event level onset }',
  },
  {
    system: 'mrud-saman',
    type: 'Person',
    key: { nationalId: '9954279253' },
    fields: 'housingAid { formJ applications { scheme paid } }',
  },
  person('mrud-amlak', 'residences { relation since address { postCode } }'),
  {
    system: 'nlho-formj',
    type: 'Person',
    key: { nationalId: '9944268089' },
    fields: 'formJ { colour married aids { kind year } }',
  },
  { system: 'udrc-fabric', type: 'Plot', key: FLAT, fields: 'fabric { name kind boundary }' },
  { system: 'urb-plan', type: 'Plot', key: FLAT, fields: 'landUse { use floors approvedOn }' },
  {
    system: 'ntdc-unit',
    type: 'Person',
    key: { nationalId: '9904335109' },
    fields: 'newTownUnits { town priceRial contractedOn }',
  },
  {
    system: 'inbr-licence',
    type: 'Person',
    key: { nationalId: '9974301599' },
    fields: 'engineerLicence { discipline issuedOn competences { field grade } }',
  },
]

function person(system: string, fields: string): Question {
  return { system, type: 'Person', key: KAVEH, fields }
}
