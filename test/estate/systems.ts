// The simulated systems, one line each. To add one: write its simulator (port in simulator.ts) and name it here.

import { createCraShahkar } from './cra-shahkar.ts'
import { createNocrPerson } from './nocr-person.ts'
import { createPostGnaf } from './post-gnaf.ts'
import { createRahvarLicence } from './rahvar-licence.ts'
import { createRmtoSmartcard } from './rmto-smartcard.ts'
import type { CreateSimulator } from './simulator.ts'
import { createSsaaDeed } from './ssaa-deed.ts'
import { createTaminHistory } from './tamin-history.ts'
import { createVazifeStatus } from './vazife-status.ts'

export const SYSTEMS: readonly CreateSimulator[] = [
  createNocrPerson,
  createCraShahkar,
  createPostGnaf,
  createSsaaDeed,
  createRahvarLicence,
  createTaminHistory,
  createVazifeStatus,
  createRmtoSmartcard,
]
