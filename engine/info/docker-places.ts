import { VERSION } from '../version.ts'

/** The one context there is, which tools ask for before they ask for anything else. @see docker-context-inspect(1) */
export function describeContext(runroot: string) {
  return {
    Name: 'default',
    Metadata: {},
    Endpoints: { docker: { Host: `unix://${runroot}/tspod.sock`, SkipTLSVerify: false } },
    TLSMaterial: {},
    Storage: { MetadataPath: '<IN MEMORY>', TLSPath: '<IN MEMORY>' },
  }
}

/** As a line of `docker context ls`. */
export function listContext(runroot: string) {
  return {
    Name: 'default',
    Description: 'tspod, which needs no daemon',
    DockerEndpoint: describeContext(runroot).Endpoints.docker.Host,
    Current: true,
    Error: '',
    ContextType: 'moby',
  }
}

/** The one builder there is. @see docker-buildx-inspect(1) */
export function describeBuilder(architecture: string) {
  const node = { Name: 'default', Endpoint: 'default', Status: 'running', Version: VERSION }
  return {
    Name: 'default',
    Driver: 'docker',
    Current: true,
    Nodes: [{ ...node, Platforms: [`linux/${architecture}`] }],
  }
}
