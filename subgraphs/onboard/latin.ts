// Persian names in Latin letters, for GraphQL has no others. In: a name. Out: ASCII words, the known ones as contracts
// write them (`کد_ملي` → `kod melli`), the others letter by letter.

const WORDS: Readonly<Record<string, string>> = {
  کد: 'kod',
  کدملی: 'kod melli',
  ملی: 'melli',
  شناسه: 'shenase',
  شماره: 'shomare',
  پستی: 'posti',
  کدپستی: 'kod posti',
  تاریخ: 'tarikh',
  نام: 'nam',
  خانوادگی: 'khanevadegi',
  همراه: 'hamrah',
  تلفن: 'tel',
  ریال: 'rial',
  مبلغ: 'mablagh',
  پدر: 'pedar',
  تولد: 'tavalod',
  صدور: 'sodur',
  انقضا: 'enghza',
  وضعیت: 'vaziat',
  نوع: 'noe',
  استان: 'ostan',
  شهر: 'shahr',
  شهرستان: 'shahrestan',
  نشانی: 'neshani',
  آدرس: 'adres',
  فعال: 'faal',
  شرکت: 'sherkat',
  پلاک: 'pelak',
  عضویت: 'ozviat',
  سهام: 'saham',
  تعاونی: 'taavoni',
  ردیف: 'radif',
  عنوان: 'onvan',
  سال: 'sal',
  ماه: 'mah',
  روز: 'ruz',
}

const LETTERS = new Map(
  'آa اa أa إe بb پp تt ثs جj چch حh خkh دd ذz رr زz ژzh سs شsh صs ضz طt ظz عa غgh فf قgh کk گg لl مm نn وu هh ةh یi ئy ؤu'
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.slice(1)] as const),
)

export function toLatin(name: string): string {
  if (!/\p{Script=Arabic}/u.test(name)) return name
  const persian = name.replaceAll('ي', 'ی').replaceAll('ك', 'ک').replaceAll('ـ', '')
  return persian.replaceAll(/[\p{Script=Arabic}\u200c]+/gu, (word) =>
    word
      .split('\u200c')
      .map(
        (part) => WORDS[part] ?? Array.from(part, (letter) => LETTERS.get(letter) ?? '').join(''),
      )
      .join(' '),
  )
}
