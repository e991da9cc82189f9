import { compilePlan } from './engine/plan/compile-plan.ts'
import { launch } from './engine/launcher/launch.ts'
import { describeNetwork } from './network/describe.ts'
import { statSync } from 'node:fs'
const T=process.env.T??'/tmp/t1'
const tty = process.argv[2]==='t'
const args = process.argv.slice(3)
const caps=['CAP_CHOWN','CAP_SETUID','CAP_SETGID','CAP_KILL']
const config:any={ociVersion:'1.0.2',hostname:'box',process:{terminal:tty,user:{uid:0,gid:0,umask:0o22,additionalGids:[]},args,env:['PATH=/bin','TERM=xterm'],cwd:'/',capabilities:{bounding:caps,effective:caps,permitted:caps,inheritable:[],ambient:[]},rlimits:[],noNewPrivileges:false},
root:{path:'rootfs',readonly:false},annotations:{},
mounts:[{destination:'/proc',type:'proc',source:'proc',options:['nosuid','noexec','nodev']},{destination:'/dev',type:'tmpfs',source:'tmpfs',options:['nosuid','strictatime','mode=755','size=65536k']},
{destination:'/dev/pts',type:'devpts',source:'devpts',options:['nosuid','noexec','newinstance','ptmxmode=0666','mode=0620','gid=5']},
{destination:'/dev/mqueue',type:'mqueue',source:'mqueue',options:['nosuid','noexec','nodev']},
{destination:'/dev/shm',type:'tmpfs',source:'shm',options:['nosuid','noexec','nodev','mode=1777','size=64m']},
{destination:'/sys',type:'sysfs',source:'sysfs',options:['nosuid','noexec','nodev','ro']},
],
linux:{namespaces:['user','mount','pid','uts','ipc','network','cgroup'].map(type=>({type})),uidMappings:[{containerID:0,hostID:0,size:1},{containerID:1,hostID:1,size:65536}],gidMappings:[{containerID:0,hostID:0,size:1},{containerID:1,hostID:1,size:65536}],devices:['/dev/null','/dev/zero','/dev/tty'].map(path=>({path})),maskedPaths:['/proc/kcore','/proc/acpi','/proc/scsi','/proc/nonexist'],readonlyPaths:['/proc/sys','/proc/bus'],sysctl:{'net.ipv4.ping_group_range':'0 0'},resources:{}}}
const net=describeNetwork((process.env.NET as any)??'none',{userNamespace:true},n=>'/usr/bin/'+n)
const plan=compilePlan(config,{rootfs:process.env.FUSE?{kind:'fuse-overlayfs',program:'/usr/bin/fuse-overlayfs',lower:[T+'/layers/abc'],upper:T+'/up',work:T+'/work'}:{kind:'overlay',base:T+'/layers',lower:['abc'],upper:T+'/up',work:T+'/work'},mountPoint:T+'/mnt',runDir:T+'/run',logFile:T+'/log',interactive:true,foreground:true,init:!!process.env.INIT,helper:net.helper,isFile:(p:string)=>{try{return !statSync(p).isDirectory()}catch{return false}}} as any)
if(process.env.SHOW) console.log(plan.map(s=>s.op+' '+s.args.join(' ')).join('\n'))
const t=performance.now()
try{ const l=await launch(plan,{launcher:'/work/main/dist/launcher',foreground:true,cleanupArgv:[]}); const t1=performance.now(); const e=await l.exited; console.error('pid',l.pid,'start',(t1-t).toFixed(1),'ms total',(performance.now()-t).toFixed(1),e)}catch(e:any){console.error('ERR',e.message,e.stack)}
