import { KINDS, type Kind } from './kinds'
import { STATUSES } from './status'

/** What a list's address says: filters, the name looked for, and the cursors of the pages before this one. */
export type Search = {
  type?: Kind
  status?: (typeof STATUSES)[number]
  project?: string
  name?: string
  order?: 'oldest'
  pages?: string[]
}

function one<T extends string>(value: unknown, of: readonly T[]): T | undefined {
  return of.find((item) => item === value)
}

function words(value: unknown, most: number): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' ? text.slice(0, most) : undefined
}

/** Return what is understood of a query; the rest is dropped. */
export function parseSearch(query: Record<string, unknown>): Search {
  const pages = Array.isArray(query.pages) ? query.pages.filter((item) => typeof item === 'string') : []
  const found = {
    type: one(query.type, KINDS),
    status: one(query.status, STATUSES),
    project: words(query.project, 100),
    name: words(query.name, 255),
    order: one(query.order, ['oldest']),
    pages: pages.length > 0 ? pages : undefined,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

export function filtered({ type, status, project, name }: Search): boolean {
  return [type, status, project, name].some((value) => value !== undefined)
}
