import { useQueryClient } from '@tanstack/react-query'
import { createElement } from 'react'

import type { Api, Document } from '../api/client'
import { unwrap } from '../api/problem'
import { useServices } from '../shared/context'
import type { Key } from '../shared/messages/en'
import { dismiss, notify } from '../shared/notices'
import { useText } from '../shared/text'
import { bulk, type Failed } from './bulk'
import type { Found } from './collect'
import { useRefresh } from './queries'

type Verb = 'delete' | 'restore' | 'reprocess' | 'move'

const DONE: Record<Verb, Key> = {
  delete: 'doneDelete',
  restore: 'doneRestore',
  reprocess: 'doneReprocess',
  move: 'doneMove',
}

async function change(
  api: Api,
  document: Document,
  body: { name?: string; project?: string },
): Promise<void> {
  const params = { path: { document_id: document.id }, header: { 'If-Match': `"${document.revision}"` } }
  unwrap(await api.PATCH('/documents/{document_id}', { params, body }))
}

async function act(api: Api, verb: Verb, document: Document, project: string): Promise<void> {
  const params = { path: { document_id: document.id } }
  switch (verb) {
    case 'delete':
      unwrap(await api.DELETE('/documents/{document_id}', { params }))
      return
    case 'restore':
      unwrap(await api.POST('/documents/{document_id}/restore', { params }))
      return
    case 'reprocess':
      unwrap(await api.POST('/documents/{document_id}/reprocess', { params }))
      return
    case 'move':
      return change(api, document, { project })
  }
}

function reasons(failed: readonly Failed<Document>[]) {
  const lines = failed.map(({ item, error }) =>
    createElement('li', { key: item.id }, `${item.name}: ${error.message}`),
  )
  return createElement('ul', null, lines)
}

/** What can be done with documents; every one ends in a notice that says what was done and what was not, and why. */
export function useActions() {
  const text = useText()
  const { api } = useServices()
  const refresh = useRefresh()
  const queries = useQueryClient()

  const hide = (documents: readonly Document[]) => {
    const ids = new Set(documents.map((document) => document.id))
    queries.setQueriesData<Found>(
      { queryKey: ['documents'] },
      (found) =>
        found && { ...found, documents: found.documents.filter((document) => !ids.has(document.id)) },
    )
  }

  const run = async (verb: Verb, documents: readonly Document[], project = ''): Promise<void> => {
    const id = notify({
      type: 'in-progress',
      content: text('working', { done: 0, total: documents.length }),
    })
    if (verb === 'delete' || verb === 'restore') hide(documents)
    const failed = await bulk(
      documents,
      (document) => act(api, verb, document, project),
      (done) =>
        notify({
          id,
          type: 'in-progress',
          content: text('working', { done, total: documents.length }),
        }),
    )
    dismiss(id)
    const broken = new Set(failed.map(({ item }) => item.id))
    const done = documents.filter((document) => !broken.has(document.id))
    if (failed.length > 0) {
      notify({
        type: 'error',
        header: text('notDone', { count: failed.length }),
        content: reasons(failed),
      })
    }
    if (done.length > 0) {
      const undo = { text: text('undo'), run: () => void run('restore', done) }
      notify({
        type: 'success',
        content: text(DONE[verb], { count: done.length }),
        ...(verb === 'delete' ? { action: undo } : {}),
      })
    }
    refresh()
  }

  const rename = async (document: Document, name: string): Promise<void> => {
    await change(api, document, { name })
    refresh()
  }

  const download = async (documents: readonly Document[]): Promise<void> => {
    const failed = await bulk(
      documents,
      async ({ id }) => {
        const params = { path: { document_id: id } }
        const { url } = unwrap(await api.GET('/documents/{document_id}/download', { params }))
        const link = window.document.createElement('a')
        link.href = url
        link.click()
      },
      () => undefined,
      1,
    )
    if (failed.length > 0) {
      notify({
        type: 'error',
        header: text('notDone', { count: failed.length }),
        content: reasons(failed),
      })
    }
  }

  return { run, rename, download }
}
