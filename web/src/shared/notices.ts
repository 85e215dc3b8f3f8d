import type { ReactNode } from 'react'
import { useSyncExternalStore } from 'react'

export type Notice = {
  id: string
  type: 'success' | 'info' | 'warning' | 'error' | 'in-progress'
  header?: string
  content: ReactNode
  action?: { text: string; run: () => void }
}

/** How long good news stays, in milliseconds; longer where it can be undone. */
const GOOD_MS = 8_000
const UNDO_MS = 30_000

let notices: readonly Notice[] = []
const listeners = new Set<() => void>()

function set(next: readonly Notice[]) {
  notices = next
  listeners.forEach((listener) => listener())
}

/** Show a notice; one of the same id is replaced. */
export function notify(notice: Omit<Notice, 'id'> & { id?: string }): string {
  const id = notice.id ?? crypto.randomUUID()
  set([{ ...notice, id }, ...notices.filter((other) => other.id !== id)].slice(0, 5))
  if (notice.type === 'success') setTimeout(() => dismiss(id), notice.action ? UNDO_MS : GOOD_MS)
  return id
}

export function dismiss(id: string): void {
  set(notices.filter((notice) => notice.id !== id))
}

export function useNotices(): readonly Notice[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => notices,
  )
}
