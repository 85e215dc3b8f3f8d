import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'

import type { Document, Status } from '../api/client'
import { pace } from '../api/pace'
import { unwrap } from '../api/problem'
import { keep, recall } from '../shared/cache'
import { useServices } from '../shared/context'
import { collect, type Found } from './collect'
import type { Search } from './search'
import { busy } from './status'

const PAGE = 50
const PAGES_LOOKED_THROUGH = 10

/** Documents of an address, live. */
export function useDocuments(search: Search, deleted: boolean) {
  const { api, session } = useServices()
  const status: Status | undefined = deleted ? 'deleted' : search.status
  const from = search.pages?.at(-1)
  const key = ['documents', { ...search, deleted }] as const
  const narrowed = search.type !== undefined || search.name !== undefined
  const [refetchInterval] = useState(() => pace<Found>((found) => found.documents.some(busy)))
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const ask = async (cursor: string | undefined) => {
        const query = {
          limit: PAGE,
          ...(status === undefined ? {} : { status }),
          ...(search.project === undefined ? {} : { project: search.project }),
          ...(search.order === undefined ? {} : { order: search.order }),
          ...(cursor === undefined ? {} : { cursor }),
        }
        return unwrap(await api.GET('/documents', { params: { query }, signal }))
      }
      const most = narrowed ? PAGES_LOOKED_THROUGH : 2
      const found = await collect(ask, search, { from, want: narrowed ? 25 : 1, most })
      keep(session.owner, JSON.stringify(key), found)
      return found
    },
    initialData: () => recall(session.owner, JSON.stringify(key)) as Found | undefined,
    initialDataUpdatedAt: 0,
    placeholderData: keepPreviousData,
    refetchInterval,
  })
}

export function useDocument(id: string) {
  const { api } = useServices()
  const [refetchInterval] = useState(() => pace<Document>(busy))
  return useQuery({
    queryKey: ['document', id],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/documents/{document_id}', { params: { path: { document_id: id } }, signal })),
    refetchInterval,
  })
}

/** What was read out of a document's current version; its revision makes it be asked for anew. */
export function useEnvelope(document: Document) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['envelope', document.id, document.revision],
    enabled: document.outcome !== undefined,
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET('/documents/{document_id}/envelope', {
          params: { path: { document_id: document.id } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })
}

export function useVersions(document: Document) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['versions', document.id, document.revision],
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET('/documents/{document_id}/versions', {
          params: { path: { document_id: document.id } },
          signal,
        }),
      ),
  })
}

export function useProjects() {
  const { api } = useServices()
  return useQuery({
    queryKey: ['projects'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/projects', { signal })),
    staleTime: 30_000,
  })
}

/** Return what makes everything about documents be asked for anew. */
export function useRefresh(): () => void {
  const queries = useQueryClient()
  return useCallback(() => {
    for (const name of ['documents', 'document', 'versions', 'projects', 'usage']) {
      void queries.invalidateQueries({ queryKey: [name] })
    }
  }, [queries])
}

/** Return the document before and after one in the list that was shown last. */
export function useNeighbours(id: string): { previous: string | undefined; next: string | undefined } {
  const queries = useQueryClient()
  const lists = queries.getQueryCache().findAll({ queryKey: ['documents'] })
  const latest = lists
    .map((query) => query.state.data as Found | undefined)
    .find((found) => found?.documents.some((document) => document.id === id))
  const documents = latest?.documents ?? []
  const index = documents.findIndex((document) => document.id === id)
  return { previous: documents[index - 1]?.id, next: index < 0 ? undefined : documents[index + 1]?.id }
}
