import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'

import type { Document, Status } from '../api/client'

export const STATUSES = [
  'uploading',
  'queued',
  'processing',
  'completed',
  'partial',
  'unsupported',
  'failed',
] as const

export const STEPS = 4

const LOOK: Record<Status, { type: StatusIndicatorProps.Type; step: number }> = {
  uploading: { type: 'loading', step: 1 },
  queued: { type: 'pending', step: 2 },
  processing: { type: 'in-progress', step: 3 },
  completed: { type: 'success', step: STEPS },
  partial: { type: 'warning', step: STEPS },
  unsupported: { type: 'info', step: STEPS },
  failed: { type: 'error', step: STEPS },
  deleted: { type: 'stopped', step: STEPS },
}

export function look(status: Status): { type: StatusIndicatorProps.Type; step: number } {
  return LOOK[status]
}

/** Say whether a document changes by itself. */
export function busy(document: Pick<Document, 'status'>): boolean {
  return LOOK[document.status].step < STEPS
}
