import { appendFile, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { emptyAlertState } from '../../../source/alerts/alert-state.ts';
import {
	journalFileName,
	openJournal,
	peekLedger,
} from '../../../source/alerts/delivery/journal.ts';
import { appendHistory, writeAlertState } from '../../../source/alerts/state-file.ts';
import { UserError } from '../../../source/domain/errors.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { failureOf } from '../../config/temporary-directory.ts';
import {
	afterThisTest,
	deliveryTo,
	incident,
	message,
	resolved,
	startMs,
	stateDirectory,
	webhook,
} from './helpers.ts';

const run = promisify(execFile);

async function receiver(
	handler: Handler = (_, response) => sendJson(response, {}),
): Promise<TestServer> {
	const server = await startServer(handler);
	afterThisTest(() => server.close());
	return server;
}

interface Got {
	readonly id: string;
	readonly status: string;
	readonly incidents: readonly { readonly event: string; readonly labels: { node: string } }[];
}

const bodies = (server: TestServer): Got[] =>
	// The tests below look only at what docs/channels.md promises of it.
	server.requests.map(({ body }) => JSON.parse(body) as Got);

const said = (server: TestServer): string[] =>
	bodies(server).flatMap(({ incidents }) =>
		incidents.map(({ event, labels }) => `${event} ${labels.node}`),
	);

/** A busy machine takes its time; what never comes fails all the same. */
const patience = { timeout: 40_000, interval: 5 };

describe('delivery', () => {
	it('hands a critical alert over without a wait, marked with its id', async () => {
		const server = await receiver();
		const delivery = await deliveryTo([webhook(server.url)], { nowMs: startMs });
		// The clock stands still: what waits for its group would never be sent.
		await delivery.update([incident('a')], startMs);
		await vi.waitFor(() => expect(server.requests).toHaveLength(1), patience);
		const [request] = server.requests;
		expect(request?.headers['x-nodetop-message']).toBe(bodies(server)[0]?.id);
		expect(request?.headers['idempotency-key']).toBe(bodies(server)[0]?.id);
	});

	it('tells 300 nodes down in one message to each channel', async () => {
		const servers = [await receiver(), await receiver()];
		const channels = servers.map(({ url }, index) => webhook(url, { name: `hook${index}` }));
		const delivery = await deliveryTo(channels, { nowMs: startMs });
		const all = Array.from({ length: 300 }, (_, index) => incident(`n${index}`));
		await delivery.update(all, startMs);
		await delivery.update(all, startMs + 2000);
		for (const server of servers) {
			await vi.waitFor(() => expect(server.requests).toHaveLength(1), patience);
			expect(bodies(server)[0]?.incidents).toHaveLength(300);
		}
		await delivery.close();
		expect(servers.map(({ requests }) => requests.length)).toEqual([1, 1]);
	});

	it('sends again what failed, with the same id, and the end of it after that', async () => {
		const answers = [500, 503, 200];
		const server = await receiver((_, response) => {
			sendJson(response, {}, answers.shift() ?? 200);
		});
		const clock = { nowMs: startMs };
		const delivery = await deliveryTo([webhook(server.url)], clock);
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(async () => {
			clock.nowMs += 60_000;
			await delivery.update([incident('a')], clock.nowMs);
			expect(server.requests).toHaveLength(3);
		}, patience);
		await vi.waitFor(async () => {
			clock.nowMs += 600_000;
			await delivery.update([resolved(incident('a'))], clock.nowMs);
			expect(server.requests).toHaveLength(4);
		}, patience);
		await vi.waitFor(
			() => expect(delivery.state.getSnapshot().channels[0]?.queued).toBe(0),
			patience,
		);
		expect(said(server)).toEqual(['fired a', 'fired a', 'fired a', 'resolved a']);
		expect(new Set(bodies(server).map(({ id }) => id)).size).toBe(2);
		expect(delivery.state.getSnapshot().channels[0]?.problem).toBeUndefined();
	});

	it('says in one message what fired and ended while the receiver was away', async () => {
		const answers = [500, 503];
		const server = await receiver((_, response) => {
			sendJson(response, {}, answers.shift() ?? 200);
		});
		const clock = { nowMs: startMs };
		const delivery = await deliveryTo([webhook(server.url)], clock);
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(server.requests).toHaveLength(1), patience);
		await vi.waitFor(async () => {
			clock.nowMs += 60_000;
			await delivery.update([resolved(incident('a'))], clock.nowMs);
			expect(delivery.state.getSnapshot().channels[0]?.queued).toBe(0);
		}, patience);
		expect(said(server)).toEqual(['fired a', 'ended a', 'ended a']);
		expect(bodies(server).at(-1)).toMatchObject({
			status: 'resolved',
			title: '[FIRED AND ENDED] critical: node-down, a (mainnet)',
		});
	});

	it('lets all messages wait as long as Retry-After asks', async () => {
		let isBusy = true;
		const server = await receiver((_, response) => {
			if (isBusy) response.writeHead(429, { 'retry-after': '120' }).end();
			else sendJson(response, {});
		});
		const clock = { nowMs: startMs };
		const delivery = await deliveryTo([webhook(server.url)], clock);
		const other = incident('b', { labels: { node: 'b', group: 'testnet' } });
		await delivery.update([incident('a'), other], clock.nowMs);
		await vi.waitFor(() => expect(server.requests).toHaveLength(1), patience);
		await vi.waitFor(() => expect(settled(delivery)).toBe(true), patience);
		isBusy = false;
		clock.nowMs += 119_000;
		await delivery.update([incident('a'), other], clock.nowMs);
		expect(server.requests).toHaveLength(1);
		clock.nowMs += 2000;
		await delivery.update([incident('a'), other], clock.nowMs);
		await vi.waitFor(() => expect(server.requests).toHaveLength(3), patience);
	});

	it('keeps what is refused as undelivered, with the reason and without the secret', async () => {
		const server = await receiver((_, response) => {
			response.writeHead(404).end('no hook /secret-path here');
		});
		const hook = webhook(`${server.url}/secret-path`);
		const delivery = await deliveryTo([hook], { nowMs: startMs });
		await delivery.update([incident('a')], startMs);
		await vi.waitFor(() => {
			expect(delivery.state.getSnapshot().undelivered).toHaveLength(1);
		}, patience);
		const { undelivered, channels } = delivery.state.getSnapshot();
		expect(undelivered[0]?.reason).toMatch(/^HTTP 404 from 127\.0\.0\.1:\d+: no hook \*\*\* here$/);
		expect(channels[0]).toMatchObject({ queued: 0, problem: undelivered[0]?.reason });
		expect(JSON.stringify([undelivered, delivery.warnings])).not.toContain('secret-path');
		await delivery.update([incident('a')], startMs + 2000);
		expect(server.requests).toHaveLength(1);
	});

	it('gives up a message that was not delivered within its time, and says so', async () => {
		const server = await receiver((_, response) => response.writeHead(500).end());
		const clock = { nowMs: startMs };
		const hook = webhook(server.url, { giveUpAfterMs: 1000 });
		const delivery = await deliveryTo([hook], clock);
		clock.nowMs += 500;
		await delivery.update([incident('a')], startMs);
		await vi.waitFor(() => {
			expect(delivery.state.getSnapshot().channels[0]?.queued).toBe(0);
		}, patience);
		expect(delivery.state.getSnapshot().undelivered[0]?.reason).toMatch(/^given up: HTTP 500/);
	});

	it('lets one channel fail without the other', async () => {
		const good = await receiver();
		const dead = webhook('http://127.0.0.1:1/', { name: 'dead' });
		const delivery = await deliveryTo([dead, webhook(good.url)], { nowMs: startMs });
		await delivery.update([incident('a')], startMs);
		await vi.waitFor(() => expect(said(good)).toEqual(['fired a']), patience);
		await vi.waitFor(() => {
			expect(delivery.state.getSnapshot().channels[0]?.problem).toMatch(/ECONNREFUSED/);
		}, patience);
	});

	it('sends after a burst only so many a minute', async () => {
		const server = await receiver();
		const clock = { nowMs: startMs };
		const hook = webhook(server.url, { burst: 2, messagesPerMinute: 1, groupBy: ['node'] });
		const delivery = await deliveryTo([hook], clock);
		const all = ['a', 'b', 'c'].map((node) => incident(node));
		await delivery.update(all, clock.nowMs);
		await vi.waitFor(() => expect(server.requests).toHaveLength(2), patience);
		await vi.waitFor(
			() => expect(delivery.state.getSnapshot().channels[0]?.queued).toBe(1),
			patience,
		);
		clock.nowMs += 60_000;
		await delivery.update(all, clock.nowMs);
		await vi.waitFor(() => expect(server.requests).toHaveLength(3), patience);
	});

	it('cuts off a receiver that stalls, and tries again', async () => {
		let isStalling = true;
		const server = await receiver((_, response) => {
			if (!isStalling) sendJson(response, {});
		});
		const clock = { nowMs: startMs };
		const delivery = await deliveryTo([webhook(server.url, { timeoutMs: 100 })], clock);
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => {
			expect(delivery.state.getSnapshot().channels[0]?.problem).toMatch(/in time$/);
		}, patience);
		isStalling = false;
		clock.nowMs += 2000;
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(
			() => expect(delivery.state.getSnapshot().channels[0]?.queued).toBe(0),
			patience,
		);
		expect(new Set(bodies(server).map(({ id }) => id)).size).toBe(1);
	});
});

describe('over a restart', () => {
	it('tells nothing twice, and the end of what the last process told', async () => {
		const server = await receiver();
		const clock = { nowMs: startMs };
		const first = await deliveryTo([webhook(server.url)], clock);
		await first.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(first.state.getSnapshot().channels[0]?.queued).toBe(0), patience);
		await first.close();
		const { directory } = first;
		const second = await deliveryTo([webhook(server.url)], clock, { directory });
		clock.nowMs += 1000;
		await second.update([incident('a')], clock.nowMs);
		clock.nowMs += 60_000;
		await second.update([resolved(incident('a'))], clock.nowMs);
		await vi.waitFor(() => expect(said(server)).toEqual(['fired a', 'resolved a']), patience);
	});

	it('sends what was in the queue, though nothing is evaluated yet', async () => {
		let isUp = false;
		const server = await receiver((_, response) => sendJson(response, {}, isUp ? 200 : 500));
		const clock = { nowMs: startMs };
		const first = await deliveryTo([webhook(server.url)], clock);
		await first.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(settled(first)).toBe(true), patience);
		await first.close();
		isUp = true;
		clock.nowMs += 60_000;
		await deliveryTo([webhook(server.url)], clock, { directory: first.directory });
		await vi.waitFor(() => expect(said(server)).toEqual(['fired a', 'fired a']), patience);
		expect(new Set(bodies(server).map(({ id }) => id)).size).toBe(1);
	});

	it('reports what waited for a channel that is gone', async () => {
		const clock = { nowMs: startMs };
		const first = await deliveryTo([webhook('http://127.0.0.1:1/')], clock);
		await first.update([incident('a')], clock.nowMs);
		await first.close();
		const second = await deliveryTo([], clock, { directory: first.directory });
		expect(second.state.getSnapshot().undelivered[0]?.reason).toBe(
			'the channel is no longer configured',
		);
	});
});

describe('the journal', () => {
	it('is one file with mode 600 in a directory with mode 700', async () => {
		const { directory } = await deliveryTo([], { nowMs: startMs });
		const modes = [directory, path.join(directory, 'delivery.jsonl')].map(
			async (name) => (await stat(name)).mode & 0o777,
		);
		expect(await Promise.all(modes)).toEqual([0o700, 0o600]);
	});

	it('is for one process at a time', async () => {
		const { directory, close } = await deliveryTo([], { nowMs: startMs });
		const error = await failureOf(() => deliveryTo([], { nowMs: startMs }, { directory }));
		expect(error).toBeInstanceOf(UserError);
		expect(error).toMatchObject({ message: expect.stringContaining(`process ${process.pid}`) });
		await close();
		await deliveryTo([], { nowMs: startMs }, { directory });
	});

	it.each([1, 20, 200])('does without the last %i bytes of what a crash cut short', async (cut) => {
		const server = await receiver();
		const clock = { nowMs: startMs };
		const hook = webhook(server.url);
		const first = await deliveryTo([hook], clock);
		await first.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(first.state.getSnapshot().channels[0]?.queued).toBe(0), patience);
		await first.close();
		const file = path.join(first.directory, 'delivery.jsonl');
		const { size } = await stat(file);
		await truncate(file, size - cut);
		const second = await deliveryTo([hook], clock, { directory: first.directory });
		await second.update([incident('a')], clock.nowMs);
		await vi.waitFor(
			() => expect(second.state.getSnapshot().channels[0]?.queued).toBe(0),
			patience,
		);
		expect(second.warnings).toEqual([]);
		// The mark is lost, so it is sent again: recognisable by its id.
		expect(new Set(bodies(server).map(({ id }) => id)).size).toBe(1);
	});

	it('keeps a damaged file aside, and what can be read of it', async () => {
		const server = await receiver();
		const clock = { nowMs: startMs };
		const first = await deliveryTo([webhook(server.url)], clock);
		await first.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(first.state.getSnapshot().channels[0]?.queued).toBe(0), patience);
		await first.close();
		const file = path.join(first.directory, 'delivery.jsonl');
		await appendFile(file, 'garbage\n{"type":"sent"}\n');
		const { directory } = first;
		const second = await deliveryTo([webhook(server.url)], clock, { directory });
		expect(second.warnings).toEqual([expect.stringContaining('2 unreadable lines')]);
		expect(await readFile(`${file}.damaged`, 'utf8')).toContain('garbage');
		await second.update([incident('a')], clock.nowMs + 1000);
		expect(said(server)).toEqual(['fired a']);
	});

	it('has what it says it has when the disk takes a part of a line and no more', async () => {
		const directory = await stateDirectory();
		const entry = fileURLToPath(new URL('../../entries/fill-journal.ts', import.meta.url));
		// A limit of 8 KiB a file, as a disk that gets full; its signal would end the process.
		const script = `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`;
		const { stdout } = await run('bash', ['-c', script, process.execPath, entry, directory]);
		const { written, problem } = JSON.parse(stdout);
		expect(problem).toMatch(/delivery\.jsonl cannot be written: EFBIG$/);
		expect(written).toBeGreaterThan(10);
		const { queue } = await peekLedger(directory);
		expect(Object.keys(queue)).toHaveLength(written);
	});

	it('goes on behind its last whole line where a full disk leaves no room for another file', async () => {
		const directory = await stateDirectory();
		const options = { warn: () => undefined, now: Date.now };
		const first = await openJournal(directory, options);
		await first.append([{ type: 'queued', message: message({ id: 'whole' }) }]);
		await first.close();
		const file = path.join(directory, journalFileName);
		const lines = await readFile(file, 'utf8');
		await writeFile(file, `${lines.trimEnd()}\n{"type":"queued","mess`);
		const sync = vi.spyOn(await handlesOf(directory), 'sync');
		sync.mockRejectedValue(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
		const second = await openJournal(directory, options);
		sync.mockRestore();
		await second.append([{ type: 'queued', message: message({ id: 'behind' }) }]);
		await second.close();
		expect(Object.keys((await peekLedger(directory)).queue)).toEqual(['whole', 'behind']);
	});

	it('does not grow with the number of messages', async () => {
		const server = await receiver();
		const clock = { nowMs: startMs };
		const hook = webhook(server.url, { groupBy: ['node'], groupWaitMs: 0, groupIntervalMs: 0 });
		const delivery = await deliveryTo([hook], clock);
		for (let round = 0; round < 6; round += 1) {
			const since = new Date(clock.nowMs).toISOString();
			const all = Array.from({ length: 40 }, (_, index) => incident(`n${index}`, { since }));
			for (const incidents of [all, all.map((one) => resolved(one, clock.nowMs))]) {
				clock.nowMs += 60_000;
				await delivery.update(incidents, clock.nowMs);
				await vi.waitFor(
					() => {
						expect(delivery.state.getSnapshot().channels[0]?.queued).toBe(0);
					},
					{ timeout: 40_000 },
				);
			}
		}
		expect(server.requests).toHaveLength(480);
		expect((await stat(path.join(delivery.directory, 'delivery.jsonl'))).size).toBeLessThan(
			300_000,
		);
	});
});

describe('what must survive a power cut', () => {
	it('is synced: each change of the journal and the history, and a file and its directory when it is replaced', async () => {
		const directory = await stateDirectory();
		const handles = await handlesOf(path.dirname(directory));
		const sync = vi.spyOn(handles, 'sync');
		const datasync = vi.spyOn(handles, 'datasync');
		const journal = await openJournal(directory, { warn: () => undefined, now: Date.now });
		expect(sync).toHaveBeenCalledTimes(2);
		await journal.append([{ type: 'queued', message: message() }]);
		expect(datasync).toHaveBeenCalledTimes(1);
		await journal.close();
		sync.mockClear();
		await writeAlertState(path.join(directory, 'state.json'), emptyAlertState());
		expect(sync).toHaveBeenCalledTimes(2);
		datasync.mockClear();
		await appendHistory(directory, ['a line']);
		expect(datasync).toHaveBeenCalledTimes(1);
		sync.mockRestore();
		datasync.mockRestore();
	});
});

describe('the heartbeat', () => {
	it('beats again in the next cycle after a beat that failed, and says what failed', async () => {
		const answers = [500, 200];
		const server = await receiver((_, response) => {
			response.writeHead(answers.shift() ?? 200).end();
		});
		const heartbeat = { ...webhook(server.url), method: 'GET', intervalMs: 60_000 } as const;
		const clock = { nowMs: startMs };
		const delivery = await deliveryTo([], clock, { heartbeat });
		delivery.cycleDone(clock.nowMs);
		await vi.waitFor(async () => {
			await delivery.update([], clock.nowMs);
			expect(delivery.state.getSnapshot().heartbeat?.kind).toBe('failed');
		}, patience);
		// A failed beat is no beat: the next cycle does not wait for the interval.
		delivery.cycleDone(clock.nowMs + 1000);
		await vi.waitFor(async () => {
			await delivery.update([], clock.nowMs);
			expect(delivery.state.getSnapshot().heartbeat?.kind).toBe('sent');
		}, patience);
		delivery.cycleDone(clock.nowMs + 2000);
		await delivery.close();
		expect(server.requests).toHaveLength(2);
	});

	it('stops while a message has waited for more than ten minutes', async () => {
		const server = await receiver();
		const heartbeat = { ...webhook(server.url), method: 'GET', intervalMs: 1000 } as const;
		const clock = { nowMs: startMs };
		const dead = webhook('http://127.0.0.1:1/', { name: 'dead' });
		const delivery = await deliveryTo([dead], clock, { heartbeat });
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(settled(delivery)).toBe(true), patience);
		delivery.cycleDone(clock.nowMs + 10 * 60_000 + 1);
		expect(await beatsTo(server)).toBe(0);
		delivery.cycleDone(clock.nowMs + 10 * 60_000);
		await vi.waitFor(async () => expect(await beatsTo(server)).toBe(1), patience);
	});

	it('stops while the journal cannot be written, and goes on when it can', async () => {
		const server = await receiver();
		const heartbeat = { ...webhook(server.url), method: 'GET', intervalMs: 1000 } as const;
		const clock = { nowMs: startMs };
		const delivery = await deliveryTo([webhook(server.url)], clock, { heartbeat });
		const file = await open(path.join(delivery.directory, 'delivery.jsonl'));
		const handles: FileHandle = Object.getPrototypeOf(file);
		await file.close();
		const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
		const write = vi.spyOn(handles, 'write').mockRejectedValue(full);
		await delivery.update([incident('a')], clock.nowMs);
		expect(delivery.state.getSnapshot().journalProblem).toContain('ENOSPC');
		delivery.cycleDone(clock.nowMs);
		expect(await beatsTo(server)).toBe(0);
		write.mockRestore();
		await vi.waitFor(async () => {
			clock.nowMs += 2000;
			await delivery.update([incident('a')], clock.nowMs);
			delivery.cycleDone(clock.nowMs);
			expect(await beatsTo(server)).toBeGreaterThan(0);
		}, patience);
	});

	it('stops while a channel refuses its messages, and goes on when it takes one again', async () => {
		let status = 403;
		const hook = await receiver((_, response) => {
			response.writeHead(status).end();
		});
		const beats = await receiver();
		const heartbeat = { ...webhook(beats.url), method: 'GET', intervalMs: 1000 } as const;
		const clock = { nowMs: startMs };
		const delivery = await deliveryTo([webhook(hook.url)], clock, { heartbeat });
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(
			() => expect(delivery.state.getSnapshot().undelivered).toHaveLength(1),
			patience,
		);
		delivery.cycleDone(clock.nowMs);
		expect(await beatsTo(beats)).toBe(0);
		status = 200;
		const other = incident('b', { labels: { node: 'b', kind: 'evm', group: 'other' } });
		await delivery.update([incident('a'), other], clock.nowMs);
		await vi.waitFor(() => expect(hook.requests).toHaveLength(2), patience);
		await vi.waitFor(async () => {
			clock.nowMs += 2000;
			delivery.cycleDone(clock.nowMs);
			expect(await beatsTo(beats)).toBeGreaterThan(0);
		}, patience);
	});

	it('beats only after a whole cycle, and falls silent while an alert cannot get out', async () => {
		const { url, requests } = await receiver();
		const heartbeat = { ...webhook(`${url}/beat`), method: 'GET', intervalMs: 60_000 } as const;
		const clock = { nowMs: startMs };
		const dead = webhook('http://127.0.0.1:1/', { name: 'dead' });
		const delivery = await deliveryTo([dead], clock, { heartbeat });
		delivery.cycleDone(clock.nowMs);
		await vi.waitFor(() => expect(requests).toHaveLength(1), patience);
		delivery.cycleDone(clock.nowMs + 30_000);
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(settled(delivery)).toBe(true), patience);
		delivery.cycleDone(clock.nowMs + 60_000);
		await vi.waitFor(() => expect(requests).toHaveLength(2), patience);
		delivery.cycleDone(clock.nowMs + 11 * 60_000);
		await delivery.close();
		expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'GET /beat',
			'GET /beat',
		]);
	});
});

/** How many heartbeats a server got; after so many requests of our own one on its way has arrived. */
/** What all open files share. */
async function handlesOf(directory: string): Promise<FileHandle> {
	const handle = await open(directory);
	await handle.close();
	const shared: FileHandle = Object.getPrototypeOf(handle);
	return shared;
}

async function beatsTo({ url, requests }: TestServer): Promise<number> {
	for (let index = 0; index < 20; index += 1) await fetch(`${url}/own`);
	return requests.filter(({ method, path: to }) => method === 'GET' && to !== '/own').length;
}

/** Whether the first attempt is over. */
function settled({ state }: Awaited<ReturnType<typeof deliveryTo>>): boolean {
	const { channels } = state.getSnapshot();
	return channels.every(({ queued, problem }) => queued === 0 || problem !== undefined);
}
