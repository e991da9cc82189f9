/** A JSON value whose objects and lists are folded until they are opened. */
export interface TreeView {
  readonly value: unknown
  /** paths of those that are open */
  readonly open: ReadonlySet<string>
  readonly index: number
  readonly top: number
  /** what is searched for */
  readonly search: string
}

export interface TreeNode {
  readonly path: string
  readonly depth: number
  /** '' of the members of a list and of the value itself */
  readonly key: string
  /** of something folded what there is of it */
  readonly text: string
  readonly isFoldable: boolean
  readonly isOpen: boolean
}

/** More is not shown; it is a view, not an editor. */
const MAX_NODES = 5000
/** Nor is more looked through for a word. */
const MAX_SEARCHED = 50_000
const MAX_DEPTH = 64
const MAX_TEXT = 2000
/** No key has it: JSON has none. */
const BETWEEN = '\u0000'

export function openTree(value: unknown): TreeView {
  return { value, open: new Set(['']), index: 0, top: 0, search: '' }
}

/** What is to be seen of it, line by line. Pure. */
export function treeNodes({ value, open }: Pick<TreeView, 'value' | 'open'>): readonly TreeNode[] {
  return nodesOf(value, MAX_NODES, (path) => open.has(path))
}

/** Whatever is folded. Pure. */
export function allNodes(value: unknown): readonly TreeNode[] {
  return nodesOf(value, MAX_SEARCHED, () => true)
}

function nodesOf(value: unknown, maximum: number, isUnfolded: (path: string) => boolean): readonly TreeNode[] {
  const nodes: TreeNode[] = []
  const visit = (key: string, member: unknown, path: string, depth: number): void => {
    if (nodes.length >= maximum) return
    const members = membersOf(member)
    const isFoldable = members !== undefined && members.length > 0 && depth < MAX_DEPTH
    const isOpen = isFoldable && isUnfolded(path)
    nodes.push({ path, depth, key, text: isOpen ? '' : textOf(member, members), isFoldable, isOpen })
    if (isOpen) for (const [name, one] of members) visit(name, one, path + BETWEEN + name, depth + 1)
  }
  for (const [name, member] of membersOf(value) ?? []) visit(name, member, BETWEEN + name, 0)
  return nodes
}

/** Selects the node of a path, with what hides it unfolded; undefined where there are too many before it. */
export function openTo(tree: TreeView, path: string): TreeView | undefined {
  const open = new Set(tree.open)
  for (let end = path.lastIndexOf(BETWEEN); end > 0; end = path.lastIndexOf(BETWEEN, end - 1))
    open.add(path.slice(0, end))
  const index = treeNodes({ value: tree.value, open }).findIndex((node) => node.path === path)
  return index < 0 ? undefined : { ...tree, open, index }
}

/** Opens what is folded and folds what is open. */
export function toggleNode(tree: TreeView): TreeView {
  const node = treeNodes(tree)[tree.index]
  if (!node?.isFoldable) return tree
  const open = new Set(tree.open)
  if (!open.delete(node.path)) open.add(node.path)
  return { ...tree, open }
}

/** Folds what is selected, or goes to what it is in. */
export function foldNode(tree: TreeView): TreeView {
  const nodes = treeNodes(tree)
  const node = nodes[tree.index]
  if (node?.isOpen) return toggleNode(tree)
  const parent = nodes.findLastIndex(({ path, isOpen }) => isOpen && node?.path.startsWith(path + BETWEEN))
  return parent < 0 ? tree : { ...tree, index: parent }
}

/** Opens everything, or folds all of it again. */
export function toggleAll(tree: TreeView): TreeView {
  if (tree.open.size > 1) return { ...openTree(tree.value), search: tree.search }
  const open = new Set([''])
  for (let before = -1; before < open.size && open.size < MAX_NODES; ) {
    before = open.size
    for (const { path, isFoldable } of treeNodes({ value: tree.value, open })) if (isFoldable) open.add(path)
  }
  return { ...tree, open, index: 0, top: 0 }
}

function membersOf(value: unknown): [string, unknown][] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) ? value.map((member, index) => [`${index}`, member]) : Object.entries(value)
}

function textOf(value: unknown, members: readonly unknown[] | undefined): string {
  const start = typeof value === 'string' ? value.slice(0, MAX_TEXT) : value
  if (members === undefined) return (JSON.stringify(start) ?? 'null').slice(0, MAX_TEXT)
  if (Array.isArray(value)) return members.length === 0 ? '[]' : `[ ${members.length} ]`
  return members.length === 0 ? '{}' : `{ ${members.length} }`
}
