// What every room of the administration has at hand.

import type { AdminApi } from './admin-api.ts'
import type { Recorder } from './changes/record-change.ts'
import type { Ended } from './end-news.ts'

export interface Desk extends Recorder {
  readonly api: AdminApi
  /** Called when it is certain. */
  readonly ended: (ended: Ended) => void
}
