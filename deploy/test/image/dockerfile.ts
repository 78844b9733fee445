import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import ignore from '@balena/dockerignore';
import { type Copy, DockerfileParser, From, type Instruction, JSONInstruction } from 'dockerfile-ast';

/** What a stage has become: `root` stands for the container's `/`. */
export interface Stage {
  root: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  entrypoint: string[];
  command: string[];
  healthcheck: string[];
  /** RUN lines that were left out, since they change the machine rather than the folder. */
  leftOut: string[];
}

export interface Walk {
  dockerfile: string;
  /** What Docker would be given, less what .dockerignore names. */
  context: string;
  /** An empty folder, for the stages. */
  folder: string;
  log: (line: string) => void;
}

/**
 * Walks a Dockerfile's steps without Docker: each stage in an empty folder, each COPY and RUN in its turn, the same
 * commands, on this machine's Node instead of the base image. Knows the instructions that our file uses, and throws
 * on any other rather than pass over it. `apt-get` is left out. As with Docker a stage waits for another one only
 * where it copies from it.
 * @returns the stages by name; the last one as ''.
 */
export async function walk({ dockerfile, context, folder, log }: Walk): Promise<Map<string, Stage>> {
  const sources = path.join(folder, 'context');
  copyContext(context, sources);

  const steps = new Map<string, Instruction[]>();
  let name: string | undefined;
  for (const instruction of DockerfileParser.parse(readFileSync(dockerfile, 'utf8')).getInstructions()) {
    if (instruction instanceof From) steps.set((name = instruction.getBuildStage() ?? ''), []);
    else if (name === undefined) throw new Error('The Dockerfile must begin with FROM');
    else steps.get(name)?.push(instruction);
  }

  const stages = new Map<string, Promise<Stage>>();
  for (const [name, instructions] of steps) {
    const root = path.join(folder, `stage-${name || 'final'}`);
    mkdirSync(root);
    const stage: Stage = {
      root,
      workdir: '/',
      env: {},
      user: 'root',
      entrypoint: [],
      command: [],
      healthcheck: [],
      leftOut: [],
    };
    const build = async (): Promise<Stage> => {
      for (const instruction of instructions) {
        const words = `${instruction.getKeyword()} ${instruction.getArgumentsContent() ?? ''}`;
        log(`${name || 'final'}: ${words}`.slice(0, 110));
        await apply(instruction, stage, stages, sources);
      }
      return stage;
    };
    stages.set(name, build());
  }
  // Until all have ended, also when one fails: nothing may still write to the folder.
  await Promise.allSettled(stages.values());
  const built: [string, Stage][] = [];
  for (const [name, stage] of stages) built.push([name, await stage]);
  return new Map(built);
}

async function apply(
  instruction: Instruction,
  stage: Stage,
  stages: Map<string, Promise<Stage>>,
  sources: string,
): Promise<void> {
  const text = instruction.getArgumentsContent() ?? '';
  const words = (): string[] =>
    instruction instanceof JSONInstruction
      ? instruction.getJSONStrings().map((word) => word.getJSONValue())
      : [];
  switch (instruction.getKeyword()) {
    case 'WORKDIR':
      stage.workdir = path.posix.resolve(stage.workdir, text);
      mkdirSync(inside(stage, '.'), { recursive: true });
      return;
    case 'ENV': {
      const [, name, value] = /^(\w+)=(\S*)$/.exec(text) ?? [];
      if (!name || value === undefined) throw new Error(`ENV of one NAME=value a line, please: ${text}`);
      stage.env[name] = value;
      return;
    }
    case 'COPY':
      return copy(instruction as Copy, stage, stages, sources);
    case 'RUN':
      if (/\bapt-get\b/.test(text)) stage.leftOut.push(text);
      else await run(text, stage);
      return;
    case 'USER':
      stage.user = text;
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = words();
      return;
    case 'CMD':
      stage.command = words();
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = JSON.parse(text.slice(text.indexOf('['))) as string[];
      return;
    case 'EXPOSE':
      return;
    default:
      throw new Error(`Unknown instruction ${instruction.getKeyword()}: teach this test about it`);
  }
}

async function copy(
  instruction: Copy,
  stage: Stage,
  stages: Map<string, Promise<Stage>>,
  sources: string,
): Promise<void> {
  const from = instruction.getFromFlag()?.getValue();
  const source = from ? (await stages.get(from))?.root : sources;
  if (!source) throw new Error(`COPY from a stage that does not exist: ${from}`);
  const names = instruction.getArguments().map((argument) => argument.getValue());
  const target = names.pop() ?? '.';
  for (const name of names) {
    const file = path.join(source, name);
    // Docker copies what is in a folder, and a file into a target that ends with a slash.
    const intoFolder = target.endsWith('/') && !statSync(file).isDirectory();
    cpSync(file, inside(stage, intoFolder ? path.join(target, path.basename(name)) : target), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

async function run(line: string, stage: Stage): Promise<void> {
  const child = spawn('sh', ['-c', line], {
    cwd: inside(stage, '.'),
    env: { ...cleanEnvironment(), ...stage.env },
    timeout: 600_000,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`RUN ${line} failed:\n${said}`);
}

export function inside(stage: Stage, file: string): string {
  return path.join(stage.root, path.posix.resolve(stage.workdir, file));
}

function copyContext(from: string, to: string): void {
  const ignored = ignore().add(readFileSync(path.join(from, '.dockerignore'), 'utf8'));
  mkdirSync(to);
  for (const entry of readdirSync(from)) {
    // A folder that is left out is not looked into: our .dockerignore takes nothing back from inside one.
    const kept = (file: string): boolean => !ignored.ignores(path.relative(from, file));
    if (kept(path.join(from, entry))) {
      cpSync(path.join(from, entry), path.join(to, entry), { recursive: true, filter: kept });
    }
  }
}

/**
 * This machine's environment without the variables that npm and the test runner set for their children, and without
 * NODE_ENV. What is needed to reach the registry stays: behind a proxy, without NODE_EXTRA_CA_CERTS, npm retries each
 * package for minutes.
 */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(npm_(lifecycle|package|command|execpath|node)|INIT_CWD|NODE_(ENV|OPTIONS|PATH|TEST_))/.test(name),
    ),
  );
}
