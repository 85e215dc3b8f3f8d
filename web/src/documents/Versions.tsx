import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'

import type { Document, Schemas } from '../api/client'
import { Failure } from '../shared/Failure'
import { bytes, when } from '../shared/format'
import { useText } from '../shared/text'
import { useVersions } from './queries'
import { look } from './status'

type Version = Schemas['Version']

export function Versions({ document }: { document: Document }) {
  const text = useText()
  const versions = useVersions(document)
  if (versions.isError) return <Failure error={versions.error} retry={() => void versions.refetch()} />
  return (
    <Table<Version>
      variant="container"
      trackBy="version_id"
      loading={versions.isPending}
      loadingText={text('loading')}
      items={versions.data?.versions ?? []}
      ariaLabels={{ tableLabel: text('versions') }}
      header={<Header variant="h2">{text('versions')}</Header>}
      columnDefinitions={[
        {
          id: 'added',
          header: text('added'),
          cell: ({ created_at: at, current }) =>
            current ? `${when(at, text.locale)} (${text('current')})` : when(at, text.locale),
          isRowHeader: true,
        },
        {
          id: 'status',
          header: text('status'),
          cell: ({ status }) => (
            <StatusIndicator type={look(status === 'slow' ? 'processing' : status).type}>
              {text(status)}
            </StatusIndicator>
          ),
        },
        { id: 'type', header: text('type'), cell: ({ media_type: type }) => type ?? '–' },
        {
          id: 'size',
          header: text('size'),
          cell: ({ size_bytes: size }) => (size === undefined ? '–' : bytes(size, text.locale)),
        },
        { id: 'attempt', header: text('attempt'), cell: ({ attempt }) => attempt },
      ]}
    />
  )
}
