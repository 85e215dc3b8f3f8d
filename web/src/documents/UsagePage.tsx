import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'

import { unwrap } from '../api/problem'
import { useServices } from '../shared/context'
import { Failure } from '../shared/Failure'
import { bytes } from '../shared/format'
import { en, type Key } from '../shared/messages/en'
import { useText } from '../shared/text'

const known = (name: string): name is Key => Object.hasOwn(en, name)

export function UsagePage() {
  const text = useText()
  const { api } = useServices()
  const usage = useQuery({
    queryKey: ['usage'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/usage', { signal })),
  })
  if (usage.isError) return <Failure error={usage.error} retry={() => void usage.refetch()} />
  if (!usage.data) return <Spinner />
  const number = new Intl.NumberFormat(text.locale)
  const money = new Intl.NumberFormat(text.locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  })
  const { documents, size_bytes: size, documents_this_month: recent, by_status: byStatus } = usage.data
  return (
    <SpaceBetween size="l">
      <Header variant="h1">{text('usage')}</Header>
      {!usage.data.complete && <Alert type="info">{text('incomplete')}</Alert>}
      <Container>
        <KeyValuePairs
          columns={4}
          items={[
            { label: text('documentCount'), value: number.format(documents) },
            { label: text('size'), value: bytes(size, text.locale) },
            { label: text('thisMonth'), value: number.format(recent) },
            {
              label: `${text('estimate')} – ${text('estimateText')}`,
              value: money.format(usage.data.estimated_month_usd),
            },
          ]}
        />
      </Container>
      <Container header={<Header variant="h2">{text('byStatus')}</Header>}>
        <KeyValuePairs
          columns={4}
          items={Object.entries(byStatus).map(([name, count]) => ({
            label: known(name) ? text(name) : name,
            value: number.format(count),
          }))}
        />
      </Container>
    </SpaceBetween>
  )
}
