import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

/** A headless Chromium, where this machine has one. */
export const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((each) =>
	existsSync(each),
);

export interface Page {
	/** What an expression is in the page, as JSON. */
	readonly evaluate: (expression: string) => Promise<unknown>;
	readonly press: (key: string, code?: string) => Promise<void>;
	readonly type: (text: string) => Promise<void>;
	readonly setSize: (width: number, height: number) => Promise<void>;
	readonly send: (method: string, params?: object) => Promise<Record<string, unknown>>;
	/** Errors and refused resources that the page reported. */
	readonly problems: readonly string[];
	readonly close: () => Promise<void>;
}

/** Opens a page in a browser of its own, driven by the DevTools protocol. */
export async function openPage(url: string): Promise<Page> {
	if (chromium === undefined) throw new Error('there is no chromium');
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-browser-'));
	const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
	const child = spawn(chromium, [...flags, `--user-data-dir=${directory}`, 'about:blank'], {
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const debug = new URL(await addressOf(child));
	const targets = await fetch(`http://${debug.host}/json/list`);
	const [target] = (await targets.json()) as { webSocketDebuggerUrl: string }[];
	const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
	await once(socket, 'open');
	const { send, problems } = speak(socket);
	for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
	await send('Page.navigate', { url });
	return {
		send,
		problems,
		async evaluate(expression) {
			const given = { expression, returnByValue: true, awaitPromise: true };
			const { result } = (await send('Runtime.evaluate', given)) as { result: { value: unknown } };
			return result.value;
		},
		async press(key, code = key) {
			const printed =
				key.length === 1 || key === 'Enter' ? { text: key === 'Enter' ? '\r' : key } : {};
			await send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, ...printed });
			await send('Input.dispatchKeyEvent', { type: 'keyUp', key, code });
		},
		type: async (text) => void (await send('Input.insertText', { text })),
		setSize: async (width, height) =>
			void (await send('Emulation.setDeviceMetricsOverride', {
				width,
				height,
				deviceScaleFactor: 1,
				mobile: width < 600,
			})),
		async close() {
			socket.terminate();
			const closed = once(child, 'close');
			child.kill('SIGKILL');
			await closed;
			await rm(directory, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

async function addressOf(child: ChildProcess): Promise<string> {
	if (!child.stderr) throw new Error('chromium has no standard error');
	for await (const line of createInterface({ input: child.stderr })) {
		const [, url] = /^DevTools listening on (\S+)/.exec(line) ?? [];
		if (url !== undefined) {
			child.stderr.resume();
			return url;
		}
	}
	throw new Error('chromium ended before it listened');
}

function speak(socket: WebSocket) {
	const waiting = new Map<number, (answer: Record<string, unknown>) => void>();
	const problems: string[] = [];
	let sent = 0;
	socket.on('message', (data: Buffer) => {
		const { id, result, method, params } = JSON.parse(data.toString()) as {
			id?: number;
			result?: Record<string, unknown>;
			method?: string;
			params?: {
				exceptionDetails?: unknown;
				entry?: { level: string; text: string; url?: string };
			};
		};
		if (id !== undefined) waiting.get(id)?.(result ?? {});
		if (method === 'Runtime.exceptionThrown')
			problems.push(JSON.stringify(params?.exceptionDetails));
		if (method === 'Log.entryAdded' && params?.entry?.level === 'error') {
			problems.push(`${params.entry.text} ${params.entry.url ?? ''}`);
		}
	});
	return {
		problems,
		send(method: string, params: object = {}): Promise<Record<string, unknown>> {
			sent += 1;
			const answer = Promise.withResolvers<Record<string, unknown>>();
			waiting.set(sent, answer.resolve);
			socket.send(JSON.stringify({ id: sent, method, params }));
			return answer.promise;
		},
	};
}
