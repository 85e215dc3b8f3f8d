import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'

import type { Schemas } from '../api/client'
import { useText } from '../shared/text'
import { flatten, type Row } from './flatten'

function Copy({ value, label }: { value: string; label: string }) {
  const text = useText()
  return (
    <CopyToClipboard
      variant="icon"
      textToCopy={value}
      copyButtonAriaLabel={`${text('copy')} ${label}`}
      copySuccessText={text('copied')}
      copyErrorText={text('notCopied')}
    />
  )
}

function Rows({ title, rows }: { title: string; rows: Row[] }) {
  const text = useText()
  return (
    <Table<Row>
      variant="container"
      contentDensity="compact"
      wrapLines
      trackBy="field"
      items={rows}
      ariaLabels={{ tableLabel: title }}
      header={<Header variant="h2">{title}</Header>}
      columnDefinitions={[
        {
          id: 'field',
          header: text('field'),
          cell: ({ field }) => field,
          isRowHeader: true,
          width: 260,
        },
        { id: 'value', header: text('value'), cell: ({ value }) => value },
        {
          id: 'copy',
          header: text('copy'),
          cell: ({ field, value }) => <Copy value={value} label={field} />,
          width: 90,
        },
      ]}
    />
  )
}

/** Everything that was read, a row a value; all of it is text, whatever it looks like. */
export function Metadata({ envelope }: { envelope: Schemas['Envelope'] }) {
  const groups = [
    { title: 'core', rows: flatten(envelope.core) },
    ...Object.entries(envelope.type_specific ?? {}).map(([title, value]) => ({
      title,
      rows: flatten(value),
    })),
  ]
  return (
    <SpaceBetween size="l">
      {groups
        .filter(({ rows }) => rows.length > 0)
        .map(({ title, rows }) => (
          <Rows key={title} title={title} rows={rows} />
        ))}
    </SpaceBetween>
  )
}

export function Json({ value }: { value: unknown }) {
  const json = JSON.stringify(value, null, 2)
  return (
    <SpaceBetween size="s">
      <Copy value={json} label="JSON" />
      <Box variant="pre">{json}</Box>
    </SpaceBetween>
  )
}
