/** Something that happened to an object, in podman's words. Source: podman-events(1). */
export interface EngineEvent {
  readonly timeMs: number
  readonly type: 'container' | 'image' | 'volume' | 'network' | 'pod' | 'secret' | 'system'
  /** podman's: `create`, `start`, `died`, `remove`, `exec`, `health_status` … */
  readonly action: string
  readonly id: string
  readonly name: string
  /** `image`, `containerExitCode`, `signal`, and the container's labels */
  readonly attributes: Readonly<Record<string, string>>
}
