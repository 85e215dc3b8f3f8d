import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'

import type { Schemas } from '../api/client'
import { bytes } from '../shared/format'
import { useText } from '../shared/text'

const shown = (value: string | undefined) => (value === undefined || value === '' ? '–' : value)

type Row = Schemas['EnvelopeFacetReport'] & { facet: string }

/** Who read what out of a document, how it ended, and what it cost. */
export function Facets({ envelope }: { envelope: Schemas['Envelope'] }) {
  const text = useText()
  const items = Object.entries(envelope.facets ?? {}).map(([facet, report]) => ({ facet, ...report }))
  return (
    <Table<Row>
      variant="container"
      trackBy="facet"
      items={items}
      wrapLines
      ariaLabels={{ tableLabel: text('facets') }}
      header={<Header variant="h2">{text('facets')}</Header>}
      columnDefinitions={[
        { id: 'facet', header: text('facet'), cell: ({ facet }) => facet, isRowHeader: true },
        { id: 'outcome', header: text('outcome'), cell: ({ outcome }) => outcome },
        { id: 'reason', header: text('reason'), cell: ({ reason }) => shown(reason) },
        { id: 'extractor', header: text('extractor'), cell: ({ extractor }) => shown(extractor) },
        {
          id: 'version',
          header: text('version'),
          cell: ({ distribution, version }) => [distribution, version].filter(Boolean).join(' ') || '–',
        },
        {
          id: 'bytes',
          header: text('bytesRead'),
          cell: ({ bytes_read: count }) => (count === undefined ? '–' : bytes(count, text.locale)),
        },
        { id: 'requests', header: text('requests'), cell: ({ requests }) => requests ?? '–' },
        {
          id: 'duration',
          header: text('duration'),
          cell: ({ ms }) => (ms === undefined ? '–' : `${ms.toFixed(1)} ms`),
        },
      ]}
    />
  )
}
