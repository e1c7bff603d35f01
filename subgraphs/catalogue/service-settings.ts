// What a service's service.json may say: the information package by clause 4 of instruction 32267 (CAT-11) and the
// flow of its cases. One schema gives the type and the check.

import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false } as const
const text = { fa: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }
const Text = Type.Object(text, closed)
const Texts = Type.Array(Text, { minItems: 1 })
const IsoDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })
const StatusId = Type.String({ pattern: '^[A-Z][A-Z_]*$' })
const Action = Type.String({ pattern: '^[a-z][A-Za-z]*$' })
const SystemId = Type.String({ pattern: '^[a-z][a-z0-9-]*$' })

export const ServiceSettings = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    code: Type.String({ pattern: '^[0-9]{11}$', description: 'National service code.' }),
    version: Type.Integer({ minimum: 1, description: 'Of the package (CAT-25).' }),
    flowVersion: Type.Integer({
      minimum: 1,
      description:
        'Of statuses and transitions; a flow in use never changes, it gets a new version.',
    }),
    domain: Type.Object({ code: Type.String({ pattern: '^[A-Z]{3,4}$' }), ...text }, closed),
    title: Text,
    digitisation: Type.Enum(['ELECTRONIC', 'HYBRID', 'IN_PERSON', 'INNER_UNIT']),
    definition: Text,
    audience: Texts,
    steps: Texts,
    documents: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          ...text,
          need: Type.Enum(['INQUIRY', 'DECLARED', 'UPLOAD']),
          system: Type.Optional(SystemId),
        },
        { ...closed, description: 'INQUIRY: once a paper, now asked of the system.' },
      ),
    ),
    legalBasis: Type.Array(
      Type.Object(
        {
          ...text,
          number: Type.String(),
          reportedDates: Type.Array(Type.String({ pattern: '^1[34][0-9]{2}/[0-9]{2}/[0-9]{2}$' }), {
            description: 'Solar Hijri, as the sources report them; they may disagree (X-1).',
          }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    faq: Type.Array(Type.Object({ question: Text, answer: Text }, closed), { minItems: 1 }),
    promise: Type.Object(
      {
        workingDays: Type.Integer({ minimum: 0, description: '0: answered at once (TRK-4).' }),
        statedAs: Text,
        source: Text,
      },
      closed,
    ),
    costs: Type.Array(
      Type.Object(
        {
          ...text,
          amountRial: Type.String({ pattern: '^(0|[1-9][0-9]*)$' }),
          note: Type.Optional(Text),
        },
        closed,
      ),
      { description: 'Empty: the service is free (CAT-24).' },
    ),
    channels: Type.Array(
      Type.Object(
        {
          kind: Type.Enum(['ELECTRONIC', 'IN_PERSON', 'COUNTER', 'POST', 'TELEPHONE']),
          ...text,
          hours: Text,
        },
        closed,
      ),
      { minItems: 1 },
    ),
    places: Type.Array(Type.Object({ level: Type.Enum(['HQ', 'LINE']), ...text }, closed), {
      minItems: 1,
    }),
    complaint: Text,
    responsible: Text,
    interaction: Text,
    reporting: Text,
    review: Text,
    reviewOn: IsoDate,
    legalResponsibility: Text,
    commitments: Type.Object({ organisation: Texts, recipient: Texts }, closed),
    conditions: Texts,
    redress: Text,
    validFrom: IsoDate,
    validUntil: Type.Union([IsoDate, Type.Null()]),
    retirementNoticeDays: Type.Integer({ minimum: 0 }),
    inquiries: Type.Array(Type.Object({ system: SystemId, agency: Text, purpose: Text }, closed)),
    agencies: Type.Optional(
      Type.Array(
        Type.Object(
          {
            client: Type.String({ minLength: 1, description: 'Its client at the sign-on.' }),
            purposes: Type.Array(Type.String({ pattern: '^[a-z][a-z-]*$' }), {
              description: 'Codes of `Panjareh-Purpose`.',
            }),
          },
          closed,
        ),
        {
          description:
            'Who handles its cases, and may ask because of one (docs/access.md). Absent: nobody.',
        },
      ),
    ),
    statuses: Type.Array(
      Type.Object(
        {
          id: StatusId,
          kind: Type.Enum(['start', 'active', 'end']),
          official: Type.String(),
          citizen: Text,
        },
        closed,
      ),
      { minItems: 2, description: 'In the order a citizen sees them.' },
    ),
    transitions: Type.Array(Type.Object({ from: StatusId, action: Action, to: StatusId }, closed), {
      minItems: 1,
    }),
  },
  closed,
)

export type ServiceSettings = Static<typeof ServiceSettings>
export type Text = Static<typeof Text>
