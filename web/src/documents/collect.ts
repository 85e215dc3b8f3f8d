import type { Document, Schemas } from '../api/client'
import { kindOf } from './kinds'
import type { Search } from './search'

type Page = Schemas['DocumentPage']

export type Found = { documents: Document[]; next?: string; looked: number }

/** Say whether a document is of a type and has a part in its name; the API cannot ask for these. */
export function matches(document: Document, { type, name }: Search): boolean {
  if (type !== undefined && (document.media_type === undefined || kindOf(document.media_type) !== type))
    return false
  return name === undefined || document.name.toLocaleLowerCase().includes(name.toLocaleLowerCase())
}

/** Return the next documents that match, whole pages of the API at a time; stops after some pages, to be asked on. */
export async function collect(
  ask: (cursor: string | undefined) => Promise<Page>,
  search: Search,
  { from, want, most }: { from: string | undefined; want: number; most: number },
): Promise<Found> {
  const documents: Document[] = []
  let cursor = from
  let looked = 0
  for (let page = 0; page < most; page += 1) {
    const answer = await ask(cursor)
    looked += answer.documents.length
    documents.push(...answer.documents.filter((document) => matches(document, search)))
    cursor = answer.next_cursor
    if (cursor === undefined || documents.length >= want) break
  }
  return { documents, looked, ...(cursor === undefined ? {} : { next: cursor }) }
}
