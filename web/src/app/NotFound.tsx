import Box from '@cloudscape-design/components/box'

import { useText } from '../shared/text'

export function NotFound() {
  return <Box variant="h1">{useText()('notFound')}</Box>
}
