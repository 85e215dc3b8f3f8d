import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'

import { useText } from './text'

export function Failure({ error, retry }: { error: Error; retry: () => void }) {
  const text = useText()
  return (
    <Alert
      type="error"
      header={text('failedToLoad')}
      action={<Button onClick={retry}>{text('tryAgain')}</Button>}
    >
      {error.message}
    </Alert>
  )
}
