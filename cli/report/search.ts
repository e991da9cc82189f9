import type { FoundImage } from '../../engine/image/search.ts'
import type { Style } from '../style/style.ts'

export interface SearchReportOptions {
  readonly noTruncate: boolean
  readonly style: Style
}

/** podman and docker both show so much of a description. */
const DESCRIPTION_LENGTH = 45

/** The table, its headings first: podman's has names and descriptions, docker's more. */
export function searchCells(found: readonly FoundImage[], options: SearchReportOptions): string[][] {
  const rows = found.map((image) => searchRow(image, options))
  if (options.style.engine === 'podman') {
    return [['NAME', 'DESCRIPTION'], ...rows.map(({ Name, Description }) => [Name, Description])]
  }
  return [
    ['NAME', 'DESCRIPTION', 'STARS', 'OFFICIAL'],
    ...rows.map(({ Name, Description, Stars, Official }) => [Name, Description, `${Stars}`, Official]),
  ]
}

/** What a template for `search` may name. Source: podman-search(1) and docker-search(1), "--format". */
export function searchRow(image: FoundImage, { noTruncate, style }: SearchReportOptions) {
  return {
    Index: image.index,
    Name: style.imageName(image.name),
    Description: noTruncate ? image.description : style.ellipsis(image.description, DESCRIPTION_LENGTH),
    Stars: image.stars,
    StarCount: image.stars,
    Official: image.isOfficial ? '[OK]' : '',
    IsOfficial: image.isOfficial,
    Automated: image.isAutomated ? '[OK]' : '',
    IsAutomated: image.isAutomated,
    Tag: '',
  }
}

export function searchJson(image: FoundImage, style: Style): Readonly<Record<string, unknown>> {
  const row = searchRow(image, { noTruncate: true, style })
  if (style.engine === 'podman') {
    const { Index, Name, Description, Stars, Official, Automated, Tag } = row
    return { Index, Name, Description, Stars, Official, Automated, Tag }
  }
  return {
    Description: row.Description,
    IsAutomated: `${row.IsAutomated}`,
    IsOfficial: `${row.IsOfficial}`,
    Name: row.Name,
    StarCount: `${row.StarCount}`,
  }
}

export const SEARCH_HEADINGS: Readonly<Record<string, string>> = { StarCount: 'STARS' }
