import { useSyncExternalStore } from 'react'

import type { Api } from '../api/client'
import { send } from './send'

export type Upload = {
  id: string
  file: File
  project: string
  sent: number
  state: 'waiting' | 'sending' | 'done' | 'failed' | 'cancelled'
  error: string
  documentId?: string
}

const AT_ONCE = 3

let uploads: readonly Upload[] = []
const listeners = new Set<() => void>()
const stops = new Map<string, AbortController>()

function set(next: readonly Upload[]) {
  uploads = next
  listeners.forEach((listener) => listener())
}

function change(id: string, part: Partial<Upload>) {
  set(uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)))
}

/** Return what is to be sent next: small files first. */
export function upNext(all: readonly Upload[], most = AT_ONCE): Upload[] {
  const room = most - all.filter((upload) => upload.state === 'sending').length
  const waiting = all.filter((upload) => upload.state === 'waiting')
  return waiting.sort((one, other) => one.file.size - other.file.size).slice(0, Math.max(0, room))
}

async function one(api: Api, upload: Upload, changed: () => void) {
  const stop = new AbortController()
  stops.set(upload.id, stop)
  try {
    const what = { file: upload.file, project: upload.project, key: upload.id }
    const documentId = await send(api, what, (sent) => change(upload.id, { sent }), stop.signal)
    change(upload.id, { state: 'done', sent: upload.file.size, documentId })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    change(upload.id, stop.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error: why })
  }
  stops.delete(upload.id)
  changed()
  pump(api, changed)
}

function pump(api: Api, changed: () => void) {
  for (const upload of upNext(uploads)) {
    change(upload.id, { state: 'sending', sent: 0, error: '' })
    void one(api, upload, changed)
  }
}

/** Send files; `changed` is called when one has ended. */
export function add(api: Api, files: Iterable<File>, project: string, changed: () => void): void {
  const state = 'waiting' as const
  const more = Array.from(files, (file) => ({
    id: crypto.randomUUID(),
    file,
    project,
    sent: 0,
    state,
    error: '',
  }))
  set([...uploads, ...more])
  pump(api, changed)
}

export function cancel(id: string): void {
  const stop = stops.get(id)
  if (stop) stop.abort()
  else change(id, { state: 'cancelled' })
}

export function retry(api: Api, id: string, changed: () => void): void {
  // A new key: what the old one announced may have lost its signature.
  set(
    uploads.map((upload) =>
      upload.id === id ? { ...upload, id: crypto.randomUUID(), state: 'waiting' } : upload,
    ),
  )
  pump(api, changed)
}

export function clearEnded(): void {
  set(uploads.filter((upload) => upload.state === 'waiting' || upload.state === 'sending'))
}

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => uploads,
  )
}
