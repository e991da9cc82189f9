import type { CodeTable } from './code-table.ts'

/** Of registries, logins and the way to them. */
// biome-ignore format: a table
export const REGISTRIES = {
  E_BAD_AUTH_FILE: ['The file with logins is broken.', 'Mend it, or remove it and log in again.'],
  E_BAD_CERTIFICATES: ['Certificates or keys for a registry cannot be used.', 'See the directory that the message names, and containers-certs.d(5).'],
  E_BAD_PROXY: ['A variable for a proxy is not an address.', 'Write http://host:port, https://host:port or socks5://host:port.'],
  E_BAD_REGISTRY: ['This is no registry that one can log into.', 'Write HOST[:PORT].'],
  E_CREDENTIAL_HELPER: ['A program that keeps logins failed or is missing.', 'Install docker-credential-NAME, or take it out of the configuration.'],
  E_LOGIN_REFUSED: ['The registry does not accept the user and password.', 'Check both; many registries want a token in place of a password.'],
  E_NO_AUTH_FILE: ['The file with logins does not exist.', 'Log in first, or correct --authfile.'],
  E_NOT_LOGGED_IN: ['There is no login for this registry.', 'Log in with "tspod login".'],
  E_REGISTRY_AUTH: ['The registry refuses access.', 'Log in with "tspod login", or check the name: registries say this of what does not exist, too.'],
  E_REGISTRY_BLOCKED: ['registries.conf blocks this registry.', 'Change the file that the message names, or use another registry.'],
  E_REGISTRY_ERROR: ['The registry answered with an error.', 'Try again later; the message has what it said.'],
  E_REGISTRY_PROTOCOL: ['What answered does not speak as a registry.', 'Check the address, and whether it is http: --tls-verify=false.'],
  E_REGISTRY_RATE_LIMIT: ['The registry allows no more requests for now.', 'Wait, log in, or set up a mirror in registries.conf.'],
  E_REGISTRY_READ_ONLY: ['The registry takes no images.', 'It may be a mirror: push to the registry behind it.'],
  E_REGISTRY_UNREACHABLE: ['The registry cannot be reached.', 'Check the name, the network, proxies and certificates.'],
  E_REPOSITORY_NOT_FOUND: ['The registry has no place of this name.', 'Make the repository there first: not every registry does that by itself.'],
  E_SEARCH_UNSUPPORTED: ['The registry cannot be searched.', 'List the tags of a repository with "tspod search --list-tags".'],
  E_SHORT_NAME: ['A short name does not say which registry it is from.', 'Write it in full, as in docker.io/library/alpine.'],
} as const satisfies CodeTable
