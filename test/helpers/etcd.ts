import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from './free-ports.ts';
import { openPeerLink } from './peer-link.ts';
import type { PeerLink } from './peer-link.ts';

export interface EtcdMember {
	readonly name: string;
	readonly url: string;
	/** Stops it in its tracks: its port stays open, and nothing answers. */
	freeze(): void;
	thaw(): void;
}

export interface EtcdCluster {
	readonly members: readonly EtcdMember[];
	/** Lets only members of one group hear each other, by their names; without groups all do. */
	partition(groups?: readonly (readonly string[])[]): Promise<void>;
	/** Ends every member and removes their data. */
	stop(): Promise<void>;
}

/** What a member says of itself, without any code of ours between. Ids are decimal. */
export interface RawStatus {
	readonly header: { readonly member_id: string; readonly cluster_id: string };
	readonly leader?: string;
	readonly raftTerm: string;
	readonly raftIndex: string;
}

/** Whether etcd is installed (Debian: etcd-server). */
export function hasEtcd(): boolean {
	return spawnSync('etcd', ['--version'], { stdio: 'ignore' }).status === 0;
}

const startTimeoutMs = 20_000;
const retryMs = 50;

const mostStarts = 3;

/** Starts real members on loopback; resolves when they have a leader. */
export async function startEtcd(size: number): Promise<EtcdCluster> {
	for (let start = 1; ; start++) {
		try {
			return await startOnce(size);
		} catch (error) {
			// A port that was free is taken by another program at times; then the member ends.
			if (start === mostStarts || !(error instanceof MemberEnded)) throw error;
		}
	}
}

class MemberEnded extends Error {
	override readonly name = 'MemberEnded';
}

async function startOnce(size: number): Promise<EtcdCluster> {
	const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-etcd-'));
	const ports = await freePorts(2 * size);
	const plans = await Promise.all(
		Array.from({ length: size }, async (_, index) => {
			const peerPort = ports[2 * index + 1] ?? 0;
			return {
				name: `m${index + 1}`,
				url: `http://127.0.0.1:${ports[2 * index]}`,
				listenUrl: `http://127.0.0.1:${peerPort}`,
				link: await openPeerLink(peerPort),
			};
		}),
	);
	const initial = plans.map(({ name, link }) => `${name}=${link.url}`).join(',');
	const running = plans.map((plan) => ({ ...plan, child: spawnMember(plan, initial, directory) }));
	const stop = async () => {
		await Promise.all(running.map(({ child }) => end(child)));
		await Promise.all(plans.map(({ link }) => link.close()));
		rmSync(directory, { recursive: true, force: true });
	};
	try {
		await Promise.all(running.map(({ url, child }) => untilLed(url, child)));
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		members: running.map(({ name, url, child }) => ({
			name,
			url,
			freeze: () => void child.kill('SIGSTOP'),
			thaw: () => void child.kill('SIGCONT'),
		})),
		async partition(groups = []) {
			const ids = new Map<string, string>();
			for (const { name, url } of plans) {
				ids.set(name, BigInt((await rawStatus(url)).header.member_id).toString(16));
			}
			for (const { name, link } of plans) {
				const own = groups.find((group) => group.includes(name)) ?? plans.map((plan) => plan.name);
				const others = plans.map((plan) => plan.name).filter((other) => !own.includes(other));
				link.cutOff(new Set(others.map((other) => ids.get(other) ?? '')));
			}
		},
		stop,
	};
}

interface Plan {
	readonly name: string;
	readonly url: string;
	readonly listenUrl: string;
	readonly link: PeerLink;
}

function spawnMember({ name, url, listenUrl, link }: Plan, initial: string, directory: string) {
	return spawn(
		'etcd',
		[
			['--name', name],
			['--data-dir', path.join(directory, name)],
			['--listen-client-urls', url],
			['--advertise-client-urls', url],
			['--listen-peer-urls', listenUrl],
			['--initial-advertise-peer-urls', link.url],
			['--initial-cluster', initial],
			['--initial-cluster-state', 'new'],
			['--initial-cluster-token', path.basename(directory)],
		].flat(),
		{ stdio: 'ignore' },
	);
}

/** Only the process that was started here; a frozen one dies too. */
function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
	return new Promise((resolve) => {
		child.once('exit', () => {
			resolve();
		});
		child.kill('SIGKILL');
	});
}

async function untilLed(url: string, child: ChildProcess): Promise<void> {
	const giveUpAt = Date.now() + startTimeoutMs;
	for (;;) {
		try {
			if ((await rawStatus(url)).leader !== undefined) return;
		} catch (error) {
			if (child.exitCode !== null) throw new MemberEnded(`etcd at ${url} ended`, { cause: error });
		}
		if (Date.now() > giveUpAt) throw new Error(`etcd at ${url} has no leader`);
		await new Promise((resolve) => {
			setTimeout(resolve, retryMs);
		});
	}
}

export async function rawStatus(url: string): Promise<RawStatus> {
	return (await post(url, '/v3/maintenance/status', {})) as RawStatus; // A known program.
}

/** Writes a key, which commits one entry. */
export async function put(url: string, key: string, value: string): Promise<void> {
	const base64 = (text: string) => Buffer.from(text).toString('base64');
	await post(url, '/v3/kv/put', { key: base64(key), value: base64(value) });
}

async function post(url: string, at: string, body: unknown): Promise<unknown> {
	const response = await fetch(url + at, { method: 'POST', body: JSON.stringify(body) });
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	return response.json();
}
