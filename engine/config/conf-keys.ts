import type { SubnetPool } from '../../network/addresses/choose-subnet.ts'

/** What containers.conf can say that is heeded here, by its tables. Source: containers.conf(5). */
export const CONF_KEYS = {
  containers: {
    annotations: 'strings',
    base_hosts_file: 'string',
    cgroup_conf: 'strings',
    cgroupns: 'string',
    cgroups: 'string',
    default_capabilities: 'strings',
    default_sysctls: 'strings',
    default_ulimits: 'strings',
    devices: 'strings',
    dns_options: 'strings',
    dns_searches: 'strings',
    dns_servers: 'strings',
    env: 'strings',
    env_host: 'boolean',
    host_containers_internal_ip: 'string',
    http_proxy: 'boolean',
    init: 'boolean',
    init_path: 'string',
    ipcns: 'string',
    log_driver: 'string',
    log_size_max: 'integer',
    log_tag: 'string',
    mounts: 'strings',
    netns: 'string',
    no_hosts: 'boolean',
    oom_score_adj: 'integer',
    pidns: 'string',
    pids_limit: 'integer',
    read_only: 'boolean',
    seccomp_profile: 'string',
    shm_size: 'string',
    tz: 'string',
    umask: 'string',
    userns: 'string',
    utsns: 'string',
    volumes: 'strings',
  },
  engine: {
    cdi_spec_dirs: 'strings',
    cgroup_manager: 'string',
    compression_format: 'string',
    compression_level: 'integer',
    detach_keys: 'string',
    env: 'strings',
    helper_binaries_dir: 'strings',
    image_parallel_copies: 'integer',
    image_volume_mode: 'string',
    network_cmd_options: 'strings',
    pull_policy: 'string',
    retry: 'integer',
    retry_delay: 'string',
    stop_timeout: 'integer',
  },
  network: {
    default_network: 'string',
    default_rootless_network_cmd: 'string',
    default_subnet: 'string',
    default_subnet_pools: 'subnet-pools',
    dns_bind_port: 'integer',
    pasta_options: 'strings',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SettingKind>>>>

export type SettingKind = 'string' | 'strings' | 'boolean' | 'integer' | 'subnet-pools'

export type ValueOf<K extends SettingKind> = K extends 'strings'
  ? readonly string[]
  : K extends 'boolean'
    ? boolean
    : K extends 'integer'
      ? number
      : K extends 'subnet-pools'
        ? readonly SubnetPool[]
        : string

/** What else podman knows: taken, and without effect here. */
export const UNUSED_KEYS: Readonly<Record<string, readonly string[] | 'all'>> = {
  containers: words(`apparmor_profile container_name_as_hostname enable_keyring interface_name keyring label label_users
    log_path no_hostname prepare_volume_on_create privileged userns_size`),
  engine: words(`active_service add_compression cgroup_check compat_api_enforce_docker_hub compose_providers
    compose_warning_logs conmon_env_vars conmon_path conmonrs_path conmonrs_env_vars database_backend
    enable_port_forwarding enable_port_reservation events_container_create_inspect_data events_logfile_max_size
    events_logfile_path events_logger exit_command_delay healthcheck_events hooks_dir image_build_format
    image_copy_tmp_dir image_default_format image_default_transport infra_command infra_image kube_generate_type lock_type
    multi_image_archive namespace network_cmd_path network_config_dir no_pivot_root num_locks platform_to_oci_runtime
    pod_exit_policy podmansh_container podmansh_shell podmansh_timeout remote remote_identity remote_uri runtime runtimes
    runtime_supports_json runtime_supports_kvm runtime_supports_nocgroups service_destinations service_timeout ssh_config
    static_dir tmp_dir volume_path volume_plugin_timeout volume_plugins`),
  network: words(`cni_plugin_dirs default_host_ips default_rootless_networkcmd firewall_driver
    netavark_plugin_dirs network_backend network_config_dir`),
  secrets: 'all',
  machine: 'all',
  farms: 'all',
  configmaps: 'all',
  podmansh: 'all',
}

function words(text: string): string[] {
  return text.split(/\s+/)
}
