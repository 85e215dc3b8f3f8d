import Icon from '@cloudscape-design/components/icon'
import Link from '@cloudscape-design/components/link'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'

import type { Document } from '../api/client'
import { bytes, when } from '../shared/format'
import type { Text } from '../shared/text'
import { tellingFact } from './facts'
import { iconOf, kindOf } from './kinds'
import { busy, look, STEPS } from './status'

export function StatusCell({ document, text }: { document: Document; text: Text }) {
  const { type, step } = look(document.status)
  const slow = document.status === 'processing' && document.processing?.status === 'slow'
  const label = text(slow ? 'slow' : document.status)
  return (
    <StatusIndicator type={type}>
      {busy(document) ? `${label} · ${text('step', { step, steps: STEPS })}` : label}
    </StatusIndicator>
  )
}

/** The columns of a list; of deleted documents the last says until when they can be restored. */
export function columns(
  text: Text,
  deleted: boolean,
  open: (id: string) => void,
): TableProps.ColumnDefinition<Document>[] {
  const name = (document: Document) => (
    <Link
      href={`/documents/${document.id}`}
      onFollow={(event) => {
        event.preventDefault()
        open(document.id)
      }}
    >
      {document.name}
    </Link>
  )
  const type = ({ media_type: mediaType }: Document) => (
    <span title={mediaType}>
      <Icon name={iconOf(mediaType)} />{' '}
      {text(mediaType === undefined || mediaType === '' ? 'kind_unknown' : `kind_${kindOf(mediaType)}`)}
    </span>
  )
  return [
    { id: 'name', header: text('name'), cell: name, isRowHeader: true, minWidth: 180 },
    { id: 'type', header: text('type'), cell: type, minWidth: 110 },
    {
      id: 'size',
      header: text('size'),
      cell: (item) => bytes(item.size_bytes, text.locale),
      minWidth: 90,
    },
    { id: 'project', header: text('project'), cell: (item) => item.project || '–', minWidth: 110 },
    {
      id: 'status',
      header: text('status'),
      cell: (item) => <StatusCell document={item} text={text} />,
      minWidth: 140,
    },
    {
      id: 'fact',
      header: text('fact'),
      cell: (item) => tellingFact(item.facts ?? {}, text) || '–',
      minWidth: 120,
    },
    deleted
      ? {
          id: 'purged',
          header: text('purged'),
          cell: (item) => when(item.purge_at, text.locale),
          minWidth: 150,
        }
      : {
          id: 'added',
          header: text('added'),
          cell: (item) => when(item.created_at, text.locale),
          minWidth: 150,
        },
  ]
}
