import type { IconProps } from '@cloudscape-design/components/icon'

export const KINDS = [
  'pdf',
  'image',
  'video',
  'audio',
  'text',
  'table',
  'office',
  'archive',
  'mail',
  'other',
] as const
export type Kind = (typeof KINDS)[number]

const PATTERNS: readonly (readonly [RegExp, Kind])[] = [
  [/^application\/pdf$/, 'pdf'],
  [/csv|tab-separated|parquet|sqlite|arrow|avro|spreadsheet|ms-excel/, 'table'],
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\//, 'audio'],
  [/^message\/|ms-outlook|mbox/, 'mail'],
  [/officedocument|opendocument|msword|ms-powerpoint|rtf|epub/, 'office'],
  [/zip|x-tar|gzip|7z|rar|bzip|x-xz|zstd/, 'archive'],
  [/^text\/|json|xml|yaml|javascript/, 'text'],
]

const ICONS: Record<Kind, IconProps.Name> = {
  pdf: 'file',
  image: 'view-full',
  video: 'video-on',
  audio: 'audio-full',
  text: 'script',
  table: 'grid-view',
  office: 'file-open',
  archive: 'folder',
  mail: 'envelope',
  other: 'file',
}

export function kindOf(mediaType: string): Kind {
  return PATTERNS.find(([pattern]) => pattern.test(mediaType))?.[1] ?? 'other'
}

export function iconOf(mediaType: string | undefined): IconProps.Name {
  return ICONS[kindOf(mediaType ?? '')]
}
