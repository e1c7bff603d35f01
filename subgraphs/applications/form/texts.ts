// What a citizen reads about a field. Persian first, English beside; never a value.

import type { AnswerError } from '../../../schema/context.ts'
import { toJalaliMoment } from '../promise/jalali-display.ts'

export interface Text {
  readonly fa: string
  readonly en: string
}

export const ASKED: Text = {
  fa: 'هیچ دستگاهی این را نمی‌داند؛ شما بنویسید.',
  en: 'No agency knows this; please fill it in.',
}
export const NO_RECORD: Text = {
  fa: 'دستگاه مرجع رکوردی برای شما ندارد؛ اگر دارید بنویسید.',
  en: 'The register holds no record of yours; fill it in if you have one.',
}
export const NOT_USABLE: Text = {
  fa: 'مقدار دستگاه مرجع با فرم نمی‌خواند؛ شما بنویسید.',
  en: 'The value of the register does not fit the form; please fill it in.',
}
export const NOT_CONFIRMED: Text = {
  fa: 'دستگاه مرجع این مقدار را به نام شما تأیید نکرد؛ مقدار درست را بنویسید.',
  en: 'The register did not confirm this value as yours; fill in the right one.',
}
export const FROM_REGISTER: Text = {
  fa: 'از دستگاه مرجع؛ برای اصلاح به همان دستگاه مراجعه کنید.',
  en: 'From the register; ask that agency to correct it.',
}
export const SUGGESTED: Text = {
  fa: 'از دستگاه مرجع؛ اگر تازه‌تر دارید تغییر دهید.',
  en: 'From the register; change it if you have a newer one.',
}

const NIGHT: ReadonlySet<unknown> = new Set(['SYSTEM_MAINTENANCE'])

/** Why an inquiry brought nothing, by its code. `agency` is undefined when nobody knows who failed. */
export function unavailable(error: AnswerError | undefined, agency: Text | undefined): Text {
  const who = agency ?? { fa: 'دستگاه مرجع', en: 'The register' }
  const until = error?.extensions?.['until']
  const back = typeof until === 'string' ? new Date(until) : undefined
  const again = back && !Number.isNaN(back.getTime()) ? back : undefined
  const fa = again ? ` (تا ${toJalaliMoment(again)})` : ''
  const en = again ? ` (until ${again.toISOString()})` : ''
  if (NIGHT.has(error?.extensions?.['code'])) {
    return {
      fa: `${who.fa} در سرویس شبانه است${fa}؛ خودتان بنویسید، بعداً استعلام می‌شود.`,
      en: `${who.en} is in its maintenance window${en}; fill it in yourself, it is checked later.`,
    }
  }
  return {
    fa: `${who.fa} پاسخ نداد${fa}؛ خودتان بنویسید، بعداً استعلام می‌شود.`,
    en: `${who.en} did not answer${en}; fill it in yourself, it is checked later.`,
  }
}
