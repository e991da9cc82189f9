import type { AnyCommand } from '../command.ts'

export const GROUPS = ['Containers', 'Pods', 'Images', 'Volumes', 'Networks', 'Secrets', 'System'] as const

export interface CommandEntry {
  readonly summary: string
  readonly group: (typeof GROUPS)[number]
  /** other spellings; `container X` and `image X` are as podman has them */
  readonly aliases?: readonly string[]
  /** works, but is not for people */
  readonly hidden?: boolean
  /** can be carried out where the host gives us no user namespace */
  readonly worksOutside?: boolean
  readonly load: () => Promise<{ readonly default: AnyCommand }>
}

/** Every command. Adding one is a file in this folder and a line here; help and completions follow. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  run: {
    summary: 'Run a command in a new container',
    group: 'Containers',
    aliases: ['container run'],
    load: () => import('./run.ts'),
  },
  create: {
    summary: 'Make a container, to be started later',
    group: 'Containers',
    aliases: ['container create'],
    load: () => import('./create.ts'),
  },
  init: {
    summary: 'Have containers wait with everything made for their start',
    group: 'Containers',
    aliases: ['container init'],
    load: () => import('./init.ts'),
  },
  start: {
    summary: 'Start containers that were made before',
    group: 'Containers',
    aliases: ['container start'],
    load: () => import('./start.ts'),
  },
  exec: {
    summary: 'Run a command in a running container',
    group: 'Containers',
    aliases: ['container exec'],
    load: () => import('./exec.ts'),
  },
  ps: {
    summary: 'List containers',
    group: 'Containers',
    aliases: ['list', 'container ls', 'container list', 'container ps'],
    load: () => import('./ps.ts'),
  },
  attach: {
    summary: 'Connect to the streams of a running container',
    group: 'Containers',
    aliases: ['container attach'],
    load: () => import('./attach.ts'),
  },
  why: {
    summary: 'Say why a container ended, or could not be started',
    group: 'Containers',
    aliases: ['container why'],
    load: () => import('./why.ts'),
  },
  'healthcheck run': {
    summary: 'Check the health of a container now',
    group: 'Containers',
    load: () => import('./healthcheck-run.ts'),
  },
  logs: {
    summary: 'Show the output of a container',
    group: 'Containers',
    aliases: ['container logs'],
    load: () => import('./logs.ts'),
  },
  stop: {
    summary: 'Stop running containers',
    group: 'Containers',
    aliases: ['container stop'],
    load: () => import('./stop.ts'),
  },
  restart: {
    summary: 'Stop containers and start them again',
    group: 'Containers',
    aliases: ['container restart'],
    load: () => import('./restart.ts'),
  },
  kill: {
    summary: 'Send a signal to running containers',
    group: 'Containers',
    aliases: ['container kill'],
    load: () => import('./kill.ts'),
  },
  pause: {
    summary: 'Hold all processes of containers',
    group: 'Containers',
    aliases: ['container pause'],
    load: () => import('./pause.ts'),
  },
  unpause: {
    summary: 'Let the processes of paused containers go on',
    group: 'Containers',
    aliases: ['container unpause'],
    load: () => import('./unpause.ts'),
  },
  wait: {
    summary: 'Wait until containers have ended and print their exit codes',
    group: 'Containers',
    aliases: ['container wait'],
    load: () => import('./wait.ts'),
  },
  rename: {
    summary: 'Give a container another name',
    group: 'Containers',
    aliases: ['container rename'],
    load: () => import('./rename.ts'),
  },
  update: {
    summary: 'Change the limits of containers, and how they are started',
    group: 'Containers',
    aliases: ['container update'],
    load: () => import('./update.ts'),
  },
  rm: {
    summary: 'Remove containers',
    group: 'Containers',
    aliases: ['container rm', 'container remove'],
    load: () => import('./rm.ts'),
  },
  top: {
    summary: 'Show the processes of a container',
    group: 'Containers',
    aliases: ['container top'],
    load: () => import('./top.ts'),
  },
  stats: {
    summary: 'Show what containers use of the machine',
    group: 'Containers',
    aliases: ['container stats'],
    load: () => import('./stats.ts'),
  },
  port: {
    summary: 'Show the ports that lead into a container',
    group: 'Containers',
    aliases: ['container port'],
    load: () => import('./port.ts'),
  },
  'pod create': {
    summary: 'Make a pod, in which containers share namespaces',
    group: 'Pods',
    load: () => import('./pod-create.ts'),
  },
  'pod start': {
    summary: 'Start all containers of pods',
    group: 'Pods',
    load: () => import('./pod-start.ts'),
  },
  'pod stop': {
    summary: 'Stop all containers of pods',
    group: 'Pods',
    load: () => import('./pod-stop.ts'),
  },
  'pod restart': {
    summary: 'Stop all containers of pods and start them again',
    group: 'Pods',
    load: () => import('./pod-restart.ts'),
  },
  'pod kill': {
    summary: 'Send a signal to all containers of pods',
    group: 'Pods',
    load: () => import('./pod-kill.ts'),
  },
  'pod pause': {
    summary: 'Hold all processes of pods',
    group: 'Pods',
    load: () => import('./pod-pause.ts'),
  },
  'pod unpause': {
    summary: 'Let the processes of pods that were paused go on',
    group: 'Pods',
    load: () => import('./pod-unpause.ts'),
  },
  'pod rm': {
    summary: 'Remove pods with their containers',
    group: 'Pods',
    aliases: ['pod remove'],
    load: () => import('./pod-rm.ts'),
  },
  'pod ps': {
    summary: 'List pods',
    group: 'Pods',
    aliases: ['pod ls', 'pod list'],
    load: () => import('./pod-ps.ts'),
  },
  'pod inspect': {
    summary: 'Show all that is known of pods',
    group: 'Pods',
    load: () => import('./pod-inspect.ts'),
  },
  'pod logs': {
    summary: 'Show the output of the containers of a pod',
    group: 'Pods',
    load: () => import('./pod-logs.ts'),
  },
  'pod top': {
    summary: 'Show the processes of a pod',
    group: 'Pods',
    load: () => import('./pod-top.ts'),
  },
  'pod stats': {
    summary: 'Show what the containers of pods use of the machine',
    group: 'Pods',
    load: () => import('./pod-stats.ts'),
  },
  'pod exists': {
    summary: 'Tell whether there is such a pod',
    group: 'Pods',
    load: () => import('./pod-exists.ts'),
  },
  'pod prune': {
    summary: 'Remove all pods whose containers have ended',
    group: 'Pods',
    load: () => import('./pod-prune.ts'),
  },
  images: {
    summary: 'List images',
    group: 'Images',
    aliases: ['image ls', 'image list'],
    load: () => import('./images.ts'),
  },
  pull: {
    summary: 'Fetch images from a registry',
    group: 'Images',
    aliases: ['image pull'],
    load: () => import('./pull.ts'),
  },
  push: {
    summary: 'Send an image to a registry',
    group: 'Images',
    aliases: ['image push'],
    load: () => import('./push.ts'),
  },
  login: {
    summary: 'Log in to a registry',
    group: 'Images',
    load: () => import('./login.ts'),
  },
  logout: {
    summary: 'Log out of a registry',
    group: 'Images',
    load: () => import('./logout.ts'),
  },
  search: {
    summary: 'Search a registry for images',
    group: 'Images',
    aliases: ['image search'],
    load: () => import('./search.ts'),
  },
  copy: {
    summary: 'Copy an image from one place to another',
    group: 'Images',
    aliases: ['image copy'],
    load: () => import('./copy.ts'),
  },
  save: {
    summary: 'Write images into an archive',
    group: 'Images',
    aliases: ['image save'],
    load: () => import('./save.ts'),
  },
  load: {
    summary: 'Take the images of an archive into storage',
    group: 'Images',
    aliases: ['image load'],
    load: () => import('./load.ts'),
  },
  import: {
    summary: 'Make an image of an archive of files',
    group: 'Images',
    aliases: ['image import'],
    load: () => import('./import.ts'),
  },
  cp: {
    summary: 'Copy files between a container and the host, or another container',
    group: 'Containers',
    aliases: ['container cp'],
    load: () => import('./cp.ts'),
  },
  'container copy-inside': {
    summary: 'Copy files from inside a user namespace',
    group: 'Containers',
    hidden: true,
    load: () => import('./container-copy-inside.ts'),
  },
  export: {
    summary: "Write a container's files into an archive",
    group: 'Containers',
    aliases: ['container export'],
    load: () => import('./export.ts'),
  },
  commit: {
    summary: 'Make an image of what a container changed',
    group: 'Containers',
    aliases: ['container commit'],
    load: () => import('./commit.ts'),
  },
  rmi: {
    summary: 'Remove images',
    group: 'Images',
    aliases: ['image rm', 'image remove'],
    load: () => import('./rmi.ts'),
  },
  tag: {
    summary: 'Give an image more names',
    group: 'Images',
    aliases: ['image tag'],
    load: () => import('./tag.ts'),
  },
  untag: {
    summary: 'Take names from an image',
    group: 'Images',
    aliases: ['image untag'],
    load: () => import('./untag.ts'),
  },
  history: {
    summary: 'Show the steps an image was made in',
    group: 'Images',
    aliases: ['image history'],
    load: () => import('./history.ts'),
  },
  'image tree': {
    summary: 'Show the layers of an image',
    group: 'Images',
    load: () => import('./image-tree.ts'),
  },
  'image diff': {
    summary: 'Show what the last layer of an image changed',
    group: 'Images',
    load: () => import('./image-diff.ts'),
  },
  'image mount': {
    summary: 'Show the files of an image at a path',
    group: 'Images',
    load: () => import('./image-mount.ts'),
  },
  'image unmount': {
    summary: 'End what "image mount" began',
    group: 'Images',
    aliases: ['image umount'],
    load: () => import('./image-unmount.ts'),
  },
  'image exists': {
    summary: 'Say by the exit status whether there is an image',
    group: 'Images',
    load: () => import('./image-exists.ts'),
  },
  'image prune': {
    summary: 'Remove images that nobody uses',
    group: 'Images',
    load: () => import('./image-prune.ts'),
  },
  'image trust show': {
    summary: 'Show which images may be taken',
    group: 'Images',
    load: () => import('./image-trust-show.ts'),
  },
  'image trust set': {
    summary: 'Change which images may be taken',
    group: 'Images',
    load: () => import('./image-trust-set.ts'),
  },
  diff: {
    summary: 'Show what a container changed in its image',
    group: 'Containers',
    aliases: ['container diff'],
    load: () => import('./diff.ts'),
  },
  mount: {
    summary: 'Show the files of a container at a path',
    group: 'Containers',
    aliases: ['container mount'],
    load: () => import('./mount.ts'),
  },
  unmount: {
    summary: 'End what "mount" began',
    group: 'Containers',
    aliases: ['umount', 'container unmount', 'container umount'],
    load: () => import('./unmount.ts'),
  },
  'container exists': {
    summary: 'Say by the exit status whether there is a container',
    group: 'Containers',
    load: () => import('./container-exists.ts'),
  },
  'container prune': {
    summary: 'Remove containers that do not run',
    group: 'Containers',
    load: () => import('./container-prune.ts'),
  },
  'manifest create': {
    summary: 'Make a manifest list of several images',
    group: 'Images',
    load: () => import('./manifest-create.ts'),
  },
  'manifest add': {
    summary: 'Add images to a manifest list',
    group: 'Images',
    load: () => import('./manifest-add.ts'),
  },
  'manifest annotate': {
    summary: 'Change what a manifest list says of an image',
    group: 'Images',
    load: () => import('./manifest-annotate.ts'),
  },
  'manifest inspect': {
    summary: 'Show a manifest list',
    group: 'Images',
    load: () => import('./manifest-inspect.ts'),
  },
  'manifest push': {
    summary: 'Push a manifest list to a registry',
    group: 'Images',
    load: () => import('./manifest-push.ts'),
  },
  'manifest remove': {
    summary: 'Take an image out of a manifest list',
    group: 'Images',
    load: () => import('./manifest-remove.ts'),
  },
  'manifest rm': {
    summary: 'Remove manifest lists',
    group: 'Images',
    load: () => import('./manifest-rm.ts'),
  },
  'manifest exists': {
    summary: 'Say by the exit status whether there is a manifest list',
    group: 'Images',
    load: () => import('./manifest-exists.ts'),
  },
  'volume ls': {
    summary: 'List volumes',
    group: 'Volumes',
    aliases: ['volume list'],
    load: () => import('./volume-ls.ts'),
  },
  'volume create': {
    summary: 'Make a volume',
    group: 'Volumes',
    load: () => import('./volume-create.ts'),
  },
  'volume inspect': {
    summary: 'Show all that is known of a volume',
    group: 'Volumes',
    load: () => import('./volume-inspect.ts'),
  },
  'volume exists': {
    summary: 'Say by the exit status whether there is a volume',
    group: 'Volumes',
    load: () => import('./volume-exists.ts'),
  },
  'volume rm': {
    summary: 'Remove volumes',
    group: 'Volumes',
    aliases: ['volume remove'],
    load: () => import('./volume-rm.ts'),
  },
  'volume prune': {
    summary: 'Remove volumes that no container has',
    group: 'Volumes',
    load: () => import('./volume-prune.ts'),
  },
  'volume export': {
    summary: 'Write what is in a volume into an archive',
    group: 'Volumes',
    load: () => import('./volume-export.ts'),
  },
  'volume import': {
    summary: 'Take the files of an archive into a volume',
    group: 'Volumes',
    load: () => import('./volume-import.ts'),
  },
  'volume mount': {
    summary: 'Print the directory of a volume',
    group: 'Volumes',
    load: () => import('./volume-mount.ts'),
  },
  'volume unmount': {
    summary: 'End what "volume mount" began',
    group: 'Volumes',
    aliases: ['volume umount'],
    load: () => import('./volume-unmount.ts'),
  },
  'network create': {
    summary: 'Make a network',
    group: 'Networks',
    load: () => import('./network-create.ts'),
  },
  'network ls': {
    summary: 'List networks',
    group: 'Networks',
    aliases: ['network list'],
    load: () => import('./network-ls.ts'),
  },
  'network inspect': {
    summary: 'Show all that is known of networks',
    group: 'Networks',
    load: () => import('./network-inspect.ts'),
  },
  'network exists': {
    summary: 'Say by the exit status whether there is a network',
    group: 'Networks',
    load: () => import('./network-exists.ts'),
  },
  'network connect': {
    summary: 'Bring a container into a network',
    group: 'Networks',
    load: () => import('./network-connect.ts'),
  },
  'network disconnect': {
    summary: 'Take a container out of a network',
    group: 'Networks',
    load: () => import('./network-disconnect.ts'),
  },
  'network reload': {
    summary: 'Make the networks of running containers anew',
    group: 'Networks',
    load: () => import('./network-reload.ts'),
  },
  'network refused': {
    summary: 'Show what a container was not allowed to reach',
    group: 'Networks',
    load: () => import('./network-refused.ts'),
  },
  'network rm': {
    summary: 'Remove networks',
    group: 'Networks',
    aliases: ['network remove'],
    load: () => import('./network-rm.ts'),
  },
  'network prune': {
    summary: 'Remove networks that no container is in',
    group: 'Networks',
    load: () => import('./network-prune.ts'),
  },
  'secret create': {
    summary: 'Keep a secret for containers',
    group: 'Secrets',
    load: () => import('./secret-create.ts'),
  },
  'secret ls': {
    summary: 'List secrets',
    group: 'Secrets',
    aliases: ['secret list'],
    load: () => import('./secret-ls.ts'),
  },
  'secret inspect': {
    summary: 'Show what is known of secrets',
    group: 'Secrets',
    load: () => import('./secret-inspect.ts'),
  },
  'secret exists': {
    summary: 'Say by the exit status whether there is a secret',
    group: 'Secrets',
    load: () => import('./secret-exists.ts'),
  },
  'secret rm': {
    summary: 'Remove secrets',
    group: 'Secrets',
    aliases: ['secret remove'],
    load: () => import('./secret-rm.ts'),
  },
  ci: {
    summary: 'Print a recipe for a CI service',
    group: 'System',
    load: () => import('./ci.ts'),
  },
  'system df': {
    summary: 'Show what takes how much space',
    group: 'System',
    load: () => import('./system-df.ts'),
  },
  'system check': {
    summary: 'Compare what is on the disk with what is known of it, and repair it',
    group: 'System',
    load: () => import('./system-check.ts'),
  },
  'system prune': {
    summary: 'Remove what is not in use',
    group: 'System',
    load: () => import('./system-prune.ts'),
  },
  'system boot enable': {
    summary: 'Have containers started when the machine starts',
    group: 'System',
    load: () => import('./system-boot-enable.ts'),
  },
  'system boot disable': {
    summary: 'Have no containers started when the machine starts',
    group: 'System',
    load: () => import('./system-boot-disable.ts'),
  },
  'system boot status': {
    summary: 'Say whether containers are started when the machine starts',
    group: 'System',
    load: () => import('./system-boot-status.ts'),
  },
  'system boot run': {
    summary: 'Start the containers that should run',
    group: 'System',
    load: () => import('./system-boot-run.ts'),
  },
  'system boot stop': {
    summary: 'Stop the containers that are started at boot',
    group: 'System',
    hidden: true,
    load: () => import('./system-boot-stop.ts'),
  },
  'system docker-alias install': {
    summary: 'Make a command docker that is tspod',
    group: 'System',
    load: () => import('./system-docker-alias-install.ts'),
  },
  'system docker-alias remove': {
    summary: 'Take the command docker away',
    group: 'System',
    load: () => import('./system-docker-alias-remove.ts'),
  },
  'system docker-alias status': {
    summary: 'Say whether docker is tspod',
    group: 'System',
    load: () => import('./system-docker-alias-status.ts'),
  },
  'context ls': {
    summary: 'List contexts, of which there is one',
    aliases: ['context list'],
    group: 'System',
    hidden: true,
    load: () => import('./context-ls.ts'),
  },
  'context show': {
    summary: 'Show the current context',
    group: 'System',
    hidden: true,
    load: () => import('./context-show.ts'),
  },
  'context inspect': {
    summary: 'Show all that is known of a context',
    group: 'System',
    hidden: true,
    load: () => import('./context-inspect.ts'),
  },
  'context use': {
    summary: 'Change the context',
    group: 'System',
    hidden: true,
    load: () => import('./context-use.ts'),
  },
  'buildx version': {
    summary: 'Show the version of the builder',
    group: 'System',
    hidden: true,
    load: () => import('./buildx-version.ts'),
  },
  'buildx ls': {
    summary: 'List builders, of which there is one',
    group: 'System',
    hidden: true,
    load: () => import('./buildx-ls.ts'),
  },
  'buildx inspect': {
    summary: 'Show all that is known of a builder',
    group: 'System',
    hidden: true,
    load: () => import('./buildx-inspect.ts'),
  },
  inspect: {
    summary: 'Show all that is known of containers, images, volumes and networks',
    group: 'System',
    load: () => import('./inspect.ts'),
  },
  'container inspect': {
    summary: 'Show all that is known of a container',
    group: 'Containers',
    load: () => import('./container-inspect.ts'),
  },
  'image inspect': {
    summary: 'Show all that is known of an image',
    group: 'Images',
    load: () => import('./image-inspect.ts'),
  },
  'container cleanup': {
    summary: 'Tidy up after a container that has ended',
    group: 'Containers',
    hidden: true,
    load: () => import('./container-cleanup.ts'),
  },
  events: {
    summary: 'Show what happens, as it happens',
    group: 'System',
    aliases: ['system events'],
    load: () => import('./events.ts'),
  },
  doctor: {
    summary: 'Try what containers need of this machine, and say what mends it',
    group: 'System',
    aliases: ['system doctor'],
    worksOutside: true,
    load: () => import('./doctor.ts'),
  },
  info: {
    summary: 'Show what the engine found on this host',
    group: 'System',
    aliases: ['system info'],
    load: () => import('./info.ts'),
  },
  ui: {
    summary: 'Show the dashboard',
    group: 'Containers',
    load: () => import('./ui.ts'),
  },
  unshare: {
    summary: "Run a command in the engine's user namespace",
    group: 'System',
    load: () => import('./unshare.ts'),
  },
  version: {
    summary: 'Show the version of tspod',
    group: 'System',
    load: () => import('./version.ts'),
  },
  completion: {
    summary: 'Print what a shell needs to complete commands',
    group: 'System',
    load: () => import('./completion.ts'),
  },
  __complete: {
    summary: 'Say how a command line may go on',
    group: 'System',
    hidden: true,
    load: () => import('./complete.ts'),
  },
  hold: {
    summary: "Hold the user's namespace open",
    group: 'System',
    hidden: true,
    load: () => import('./hold.ts'),
  },
}
