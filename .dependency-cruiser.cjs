/** Which folder may import which. Source of truth for the picture in ARCHITECTURE.md. */
const only = (from, ...to) => ({
  name: `${from}-imports`,
  comment: `${from} may import only ${['itself', ...to].join(', ')}: move the code to the folder that may, or pass the value in`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: '^(base|cli|engine|network|storage|ui)/', pathNot: `^(${[from, ...to].join('|')})/` },
})

module.exports = {
  forbidden: [
    only('base'),
    only('storage', 'base'),
    only('network', 'base'),
    only('ui', 'base'),
    only('engine', 'base', 'network', 'storage'),
    only('cli', 'base', 'engine', 'ui'),
    {
      name: 'one-door-to-drivers',
      comment: 'only the wiring file may import a storage driver',
      severity: 'error',
      from: { pathNot: '^storage/(open|drivers/)' },
      to: { path: '^storage/drivers/(overlay|fuse-overlayfs|vfs)' },
    },
    {
      name: 'one-door-to-child-processes',
      comment: 'start programs through base/child.ts',
      severity: 'error',
      from: { pathNot: '^base/child|[.]test[.]ts$|^test/' },
      to: { path: '^(node:)?child_process$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-door-to-native-code',
      comment: 'call libc through base/libc.ts; libseccomp has a binding of its own',
      severity: 'error',
      from: { pathNot: '^base/libc|^engine/spec/seccomp/libseccomp' },
      to: { path: 'node_modules/koffi' },
    },
    { name: 'no-circles', severity: 'error', comment: 'break the circle', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '[.]test[.]tsx?$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
  },
}
