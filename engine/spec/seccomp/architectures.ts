/** An architecture as images name it → its seccomp name, and those whose programs the same kernel runs. Source: OCI runtime-spec, config-linux.md, "Seccomp". */
const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  amd64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
  arm: ['SCMP_ARCH_ARM'],
  '386': ['SCMP_ARCH_X86'],
  ppc64le: ['SCMP_ARCH_PPC64LE'],
  riscv64: ['SCMP_ARCH_RISCV64'],
  s390x: ['SCMP_ARCH_S390X', 'SCMP_ARCH_S390'],
}

/** Native first; empty for one that is not known, where libseccomp takes the machine's own. */
export function seccompArchitectures(arch: string): readonly string[] {
  return Object.hasOwn(ARCHITECTURES, arch) ? (ARCHITECTURES[arch] ?? []) : []
}
