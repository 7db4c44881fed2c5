import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startDevnet } from '../devnet/devnet.ts';
import { documentSchema } from '../source/sections/snapshot.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

/** What a user gets: the package as `npm pack` makes it, installed alone and run against a real node. */
export interface Packed {
	readonly version: string;
	/** What was installed beside nodetop itself. */
	readonly alsoInstalled: readonly string[];
	readonly files: readonly string[];
	/** How the node of the devnet was polled. */
	readonly pollStatus: string | undefined;
}

/** Packs, installs under a temporary prefix and runs `--version` and `--once --json`. Leaves nothing behind. */
export async function smokeTest(): Promise<Packed> {
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-pack-'));
	try {
		await run('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: root });
		const [tarball] = readdirSync(directory);
		if (tarball === undefined) throw new Error('npm pack made no file');
		const install = ['install', '--global', '--silent', '--offline', '--prefix', directory];
		await run('npm', [...install, join(directory, tarball)]);
		const packages = join(directory, 'lib/node_modules');
		const nodetop = join(packages, 'nodetop/bin/nodetop.js');
		const env = { PATH: process.env['PATH'] ?? '', HOME: directory };
		const version = await run(process.execPath, [nodetop, '--version'], { env });
		return {
			version: version.stdout.trim(),
			alsoInstalled: [
				...readdirSync(packages).filter((name) => name !== 'nodetop'),
				...readdirSync(join(packages, 'nodetop')).filter((name) => name === 'node_modules'),
			],
			files: readdirSync(join(packages, 'nodetop'), { recursive: true, encoding: 'utf8' }),
			pollStatus: await pollDevnet(nodetop, env),
		};
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

async function pollDevnet(nodetop: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
	const options = { nodeCount: 4, seed: 7, version: '1', basePort: 0 };
	const devnet = await startDevnet({ ...options, clock: 'manual' });
	try {
		const args = [nodetop, '--once', '--json', `node=${devnet.nodes[0]?.url}`];
		const { stdout } = await run(process.execPath, args, { env });
		return documentSchema.parse(JSON.parse(stdout)).nodes[0]?.poll.status;
	} finally {
		await devnet.stop();
	}
}
