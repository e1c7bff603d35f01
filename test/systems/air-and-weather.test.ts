// What airports and weather services say reaches the graph right, value by value.

import { askRows, type Row } from './ask-rows.ts'

const FIDS: readonly Row[] = [
  [
    'Q6 Q7: a flight that has landed, in moments',
    {
      system: 'iac-fids',
      type: 'Flight',
      key: { flightId: 'X7113-2026-11-20' },
      fields: `number airlineCode airline { legalNationalId } airlineName origin { iata } originName destination { iata }
        aircraft scheduledDeparture scheduledArrival estimatedDeparture actualDeparture actualArrival delayMinutes
        gate status delayReason`,
    },
    {
      number: 'X7113',
      airlineCode: 'X7',
      airline: { legalNationalId: '99044110294' },
      airlineName: 'هواپیمایی پندار',
      origin: { iata: 'MHD' },
      originName: 'فرودگاه مشهد',
      destination: { iata: 'THR' },
      aircraft: 'A320',
      scheduledDeparture: '2026-11-20T10:15:00+03:30',
      scheduledArrival: '2026-11-20T11:50:00+03:30',
      estimatedDeparture: '2026-11-20T14:30:00+03:30',
      actualDeparture: '2026-11-20T14:40:00+03:30',
      actualArrival: '2026-11-20T16:12:00+03:30',
      delayMinutes: 265,
      gate: null,
      status: 'LANDED',
      delayReason: 'نقص فنی هواپیما',
    },
  ],
  [
    'Q25: what has not happened is null, not the year 1',
    {
      system: 'iac-fids',
      type: 'Flight',
      key: { flightId: 'Z2208-2026-11-21' },
      fields: 'status estimatedDeparture actualDeparture actualArrival delayMinutes gate',
    },
    {
      status: 'CANCELLED',
      estimatedDeparture: null,
      actualDeparture: null,
      actualArrival: null,
      delayMinutes: null,
      gate: null,
    },
  ],
  [
    'the boards of an airport, of one flight and of none',
    {
      system: 'iac-fids',
      type: 'Airport',
      key: { iata: 'KER' },
      fields: `icao name nameEn latitude
        departures(day: "2026-11-22") { flightId destinationName } arrivals(day: "2026-11-22") { flightId }`,
    },
    {
      icao: 'OIKK',
      name: 'فرودگاه کرمان',
      nameEn: 'Kerman',
      latitude: 30.2744,
      departures: [{ flightId: 'Z2901-2026-11-22', destinationName: 'فرودگاه اصفهان' }],
      arrivals: [],
    },
  ],
  [
    'a flight that nobody knows',
    {
      system: 'iac-fids',
      type: 'Flight',
      key: { flightId: 'X7999-2026-11-20' },
      fields: 'status gate',
    },
    { status: null, gate: null },
  ],
]

const WARNINGS: readonly Row[] = [
  [
    'Q6 Q7: warnings of a province, in moments',
    {
      system: 'irimo-warn',
      type: 'Province',
      key: { code: '23' },
      fields: `weatherWarnings { identifier sentAt event eventEn level severity onset expires headline instruction
        provinces { code } }`,
    },
    {
      weatherWarnings: [
        {
          identifier: 'IR-IRIMO-20261121-015',
          sentAt: '2026-11-21T10:40:00+03:30',
          event: 'وزش باد شدید',
          eventEn: 'Strong wind',
          level: 'YELLOW',
          severity: 'MODERATE',
          onset: '2026-11-22T03:30:00+03:30',
          expires: '2026-11-22T21:30:00+03:30',
          headline: 'وزش باد شدید لحظه‌ای و گردوخاک',
          instruction: 'از توقف کنار سازه‌های موقت خودداری شود.',
          provinces: [{ code: '23' }, { code: '30' }],
        },
        {
          identifier: 'IR-IRIMO-20261122-002',
          sentAt: '2026-11-22T05:00:00+03:30',
          event: 'مه و کاهش دید',
          eventEn: 'Fog',
          level: 'YELLOW',
          severity: 'MINOR',
          onset: '2026-11-22T22:00:00+03:30',
          expires: '2026-11-23T09:00:00+03:30',
          headline: 'مه رقیق و کاهش دید افقی',
          instruction: null,
          provinces: [{ code: '01' }, { code: '06' }, { code: '23' }],
        },
      ],
    },
  ],
  [
    'Q12: one warning, and none',
    {
      system: 'irimo-warn',
      type: 'Province',
      key: { code: '22' },
      fields: 'weatherWarnings { level provinces { code } }',
    },
    { weatherWarnings: [{ level: 'RED', provinces: [{ code: '22' }] }] },
  ],
  [
    'a quiet province has an empty list',
    {
      system: 'irimo-warn',
      type: 'Province',
      key: { code: '10' },
      fields: 'weatherWarnings { level }',
    },
    { weatherWarnings: [] },
  ],
  [
    'a warning by its identifier, and none',
    {
      system: 'irimo-warn',
      type: 'Query',
      fields: `found: weatherWarning(identifier: "IR-IRIMO-20261121-014") { severity }
        none: weatherWarning(identifier: "IR-IRIMO-20261121-999") { severity }`,
    },
    { found: { severity: 'SEVERE' }, none: null },
  ],
]

askRows(['iac-fids', 'irimo-warn'], [...FIDS, ...WARNINGS])
