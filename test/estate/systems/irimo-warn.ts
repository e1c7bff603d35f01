// Weather warnings in the manner of CAP 1.2 behind a key: local times without the zone that CAP demands (Q6), Arabic
// letters (Q7), one info per language.

import { type Asked, isObjection, readRequests } from '../contract-requests.ts'
import { arabicLetters } from '../legacy-text.ts'
import type { Warning } from '../places.ts'
import { isSecret } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, World } from '../simulator.ts'
import { element, leaf, xmlError, xmlProblem, xmlReply } from '../xml-replies.ts'

const KEY = 'warn-demo-key'
const CAP = { xmlns: 'urn:oasis:names:tc:emergency:cap:1.2' }

/** Words of the European warning services, which others took over. */
const LEVELS: Readonly<Record<Warning['level'], string>> = {
  yellow: '2; yellow',
  orange: '3; orange',
  red: '4; red',
}

export const createIrimoWarn: CreateSimulator = (world): Simulator => {
  const check = readRequests('irimo-warn')
  return {
    id: 'irimo-warn',
    name: 'Weather warnings',
    protocol: 'REST XML',
    path: '/warn/v1',
    environment: { IRIMO_WARN_KEY: KEY },
    isBusiness: () => true,
    answer(request) {
      if (!isSecret(request.headers['x-irimo-key'], KEY)) return xmlError(401, 'key')
      const asked = check(request)
      if (isObjection(asked)) return xmlProblem(asked)
      return asked.operation === 'GetAlert' ? toAlert(asked, world) : toAlerts(asked, world)
    },
    failure: () => xmlError(500, 'internal error'),
    drift: (text) => text.replaceAll('expires>', 'validTo>'),
  }
}

function toAlert({ values }: Asked, world: World): WireReply {
  const found = world.places.warnings.find(({ identifier }) => identifier === values['identifier'])
  return found === undefined ? xmlError(404, 'alert') : reply(toElement(found, world))
}

function toAlerts({ values }: Asked, world: World): WireReply {
  const found = world.places.warnings.filter(({ provinces }) =>
    provinces.includes(values['province'] ?? ''),
  )
  const alerts = found.map((warning) => toElement(warning, world))
  return reply(element('alerts', alerts))
}

function toElement(warning: Warning, world: World): string {
  return element(
    'alert',
    [
      leaf('identifier', warning.identifier),
      leaf('sender', 'warn@irimo.example'),
      leaf('sent', warning.sentAt),
      leaf('status', 'Actual'),
      leaf('msgType', 'Alert'),
      leaf('scope', 'Public'),
      toInfo(warning, 'fa', world),
      toInfo(warning, 'en', world),
    ],
    CAP,
  )
}

/** Headline and instruction of the English one are not translated. */
function toInfo(warning: Warning, language: 'fa' | 'en', { places }: World): string {
  const { urgency, severity, certainty, onset, expires, instruction } = warning
  const areas = warning.provinces.map((code) => {
    const province = places.province(code)
    const name = language === 'fa' ? arabicLetters(province?.name ?? '') : province?.nameEn
    const geocode = element('geocode', [leaf('valueName', 'PROVINCE'), leaf('value', code)])
    return element('area', [leaf('areaDesc', name), geocode])
  })
  return element('info', [
    leaf('language', language),
    leaf('category', warning.category),
    leaf('event', language === 'fa' ? arabicLetters(warning.event) : warning.eventEn),
    leaf('urgency', urgency),
    leaf('severity', severity),
    leaf('certainty', certainty),
    leaf('onset', onset),
    leaf('expires', expires),
    leaf('headline', language === 'fa' ? arabicLetters(warning.headline) : warning.eventEn),
    ...(instruction === null || language === 'en'
      ? []
      : [leaf('instruction', arabicLetters(instruction))]),
    element('parameter', [
      leaf('valueName', 'awareness_level'),
      leaf('value', LEVELS[warning.level]),
    ]),
    ...areas,
  ])
}

function reply(root: string): WireReply {
  return { ...xmlReply(200, root), contentType: 'application/cap+xml; charset={charset}' }
}
