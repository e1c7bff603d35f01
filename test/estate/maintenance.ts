// Night windows on the estate's clock.

import { htmlPage, type Maintenance } from './simulator.ts'
import type { Switches } from './switches.ts'

/** The window of a system that says nothing of its own. */
export const NIGHT: Maintenance = {
  from: '01:00',
  to: '05:00',
  zone: 'Asia/Tehran',
  page: htmlPage('به‌روزرسانی سامانه', 'سامانه در حال به‌روزرسانی است. لطفاً بعداً مراجعه فرمایید.'),
}

export type WindowState = 'open' | 'page' | 'refused'

/** `on` always shows the page, `clock` follows the hours and refuses in the window's last part. */
export function windowState(
  maintenance: Maintenance,
  window: Switches['window'],
  now: number,
): WindowState {
  if (window === 'off') return 'open'
  if (window === 'on') return 'page'
  const time = localTime(now, maintenance.zone)
  if (time < maintenance.from || time >= maintenance.to) return 'open'
  return maintenance.refusedFrom !== undefined && time >= maintenance.refusedFrom
    ? 'refused'
    : 'page'
}

/** `01:05` in the zone. */
function localTime(now: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(now)
}
